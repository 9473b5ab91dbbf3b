//! One connection to a list's event stream. The browser connects again by itself where the network failed, with the
//! last position; where the server refused, the connection is over.

use domain::{EventKind, EventPosition, ExecutionSummary};
use web_sys::{
    EventSource, MessageEvent,
    wasm_bindgen::{JsCast, closure::Closure},
};

/// What the server sends where the log does not reach back to where we were.
const RESYNC: &str = "resync";

/// What a connection tells.
pub enum Message {
    /// It is open.
    Open,
    /// Something happened to an execution of the list.
    Change(Box<Change>),
    /// What happened in between is not known any more: the list is to be read anew.
    Resync,
    /// It broke; the browser tries again.
    Broken,
    /// The server does not want it, or does not want it any more.
    Refused,
}

/// What happened to one execution of the list.
pub struct Change {
    /// What it means to the list.
    pub kind: EventKind,
    /// Its place in the log; `None` where the server told none.
    pub position: Option<EventPosition>,
    /// The row as it is now.
    pub execution: ExecutionSummary,
}

/// An open connection. Dropping it closes it.
pub struct EventStream {
    source: EventSource,
    // Called by the browser as long as the connection lives.
    _listeners: Vec<Closure<dyn Fn(MessageEvent)>>,
}

impl EventStream {
    /// Connects. `None` where the browser has no event streams.
    pub fn open(address: &str, tell: impl Fn(Message) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let mut listeners = Vec::new();
        let mut listen = |event: &str, listener: Closure<dyn Fn(MessageEvent)>| {
            // Fails for no name of ours.
            let _ = source.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            listeners.push(listener);
        };
        for kind in EventKind::ALL {
            let tell = tell.clone();
            let on_event = move |event: MessageEvent| {
                if let Some(change) = read(kind, &event) {
                    tell(Message::Change(Box::new(change)));
                }
            };
            listen(kind.as_str(), Closure::new(on_event));
        }
        let told = tell.clone();
        listen(RESYNC, Closure::new(move |_| told(Message::Resync)));
        let told = tell.clone();
        listen("open", Closure::new(move |_| told(Message::Open)));
        let asked = source.clone();
        let on_error = move |_| {
            tell(if asked.ready_state() == EventSource::CLOSED {
                Message::Refused
            } else {
                Message::Broken
            });
        };
        listen("error", Closure::new(on_error));
        Some(Self {
            source,
            _listeners: listeners,
        })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn read(kind: EventKind, event: &MessageEvent) -> Option<Change> {
    let data = event.data().as_string()?;
    Some(Change {
        kind,
        position: event.last_event_id().parse().ok(),
        execution: serde_json::from_str(&data).ok()?,
    })
}
