//! Decoders: however the bytes are cut the answer is the same, and no bytes are too strange.

use crate::recordings;
use domain::ConnectionKind;
use proptest::prelude::*;
use provider::{Answer, Decoder, Delta, Failure};
use std::collections::VecDeque;
use std::sync::LazyLock;
use testkit::SharedData;

const KINDS: [ConnectionKind; 3] = [
    ConnectionKind::Openai,
    ConnectionKind::Anthropic,
    ConnectionKind::Gemini,
];

/// What stands beside the recordings: what they have nothing of.
const FURTHER: [(ConnectionKind, &str); 7] = [
    (
        ConnectionKind::Openai,
        "\u{feff}data: {\"choices\":[{\"delta\":{\"content\":\"Grüße 👩‍👩‍👧 \\ud83d\"}}]}\r\n\r\n: wait\r\n\r\ndata: {\"choices\":[{\"index\":1,\"delta\":\
         {\"content\":\"other\"}},{\"delta\":{\"refusal\":\"no\",\"reasoning_content\":\"hm\"},\"finish_reason\":\"stop\"}]}\r\n\r\n\
         data: [DONE]\r\n\r\ndata: {nothing}\n\n",
    ),
    (
        ConnectionKind::Openai,
        "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},\
         {\"type\":\"text\",\"text\":\"yes\"}]},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}",
    ),
    (
        ConnectionKind::Anthropic,
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg\",\"model\":\"claude\",\"usage\":{\"input_tokens\":3,\
         \"cache_creation_input_tokens\":5,\"cache_creation\":{\"ephemeral_5m_input_tokens\":5}}}}\n\n\
         data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n\n\
         data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n\
         data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}}\n\n\
         data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}}\n\n\
         data: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\",\"input\":{}}}\n\n\
         data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}}\n\n\
         data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":9}}\n\n\
         data: {\"type\":\"message_stop\"}\n\n",
    ),
    (
        ConnectionKind::Anthropic,
        "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3}}}\n\n\
         event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
    ),
    (
        ConnectionKind::Gemini,
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}}},\
         {\"functionCall\":{\"name\":\"g\"}}]}}]}\r\n\r\ndata: {\"candidates\":[{\"finishReason\":\"SAFETY\"}]}\r\n\r\n",
    ),
    (
        ConnectionKind::Gemini,
        "[{\"promptFeedback\":{\"blockReason\":\"OTHER\"}}\n]",
    ),
    (
        ConnectionKind::Openai,
        "\n data: {\"choices\":[{\"delta\":{\"content\":\"late\"}}]}\n\ndata: [DONE]\n\n",
    ),
];

/// Bodies of every kind: the recorded ones, where they are, and the above.
static BODIES: LazyLock<Vec<(ConnectionKind, Vec<u8>)>> = LazyLock::new(|| {
    let further = FURTHER
        .iter()
        .map(|(kind, body)| (*kind, body.as_bytes().to_vec()));
    let recorded = SharedData::or_skip("recorded bodies in slices").map(|data| recordings::all(&data.http()));
    let recorded = recorded.into_iter().flatten();
    let recorded = recorded.map(|recording| (recording.kind, recording.body));
    further
        .chain(recorded.filter(|(_, body)| body.len() < 60_000))
        .collect()
});

/// The whole that the pieces make, the answer, and how it ended.
type Decoded = ([String; 3], Answer, Option<Failure>);

fn decoded(kind: ConnectionKind, slices: &[&[u8]]) -> Decoded {
    let mut decoder = Decoder::new(kind);
    let mut deltas = VecDeque::new();
    let read = slices
        .iter()
        .map(|slice| decoder.read(slice, &mut deltas))
        .find(|read| *read != Ok(false));
    let failure = match read {
        Some(Err(failure)) => Some(failure),
        _ => decoder.end(&mut deltas).err(),
    };
    let mut whole = [String::new(), String::new(), String::new()];
    for delta in deltas {
        match delta {
            Delta::Text(piece) => whole[0].push_str(&piece),
            Delta::Reasoning(piece) => whole[1].push_str(&piece),
            Delta::Refusal(piece) => whole[2].push_str(&piece),
        }
    }
    let answer = decoder.into_answer();
    assert_eq!(
        whole,
        [&answer.text, &answer.reasoning, &answer.refusal].map(Clone::clone)
    );
    (whole, answer, failure)
}

fn slices<'a>(body: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
    places.extend([0, body.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &body[pair[0]..pair[1]]).collect()
}

#[test]
fn what_no_recording_has_is_understood() {
    let read = |place: usize| {
        let (kind, body) = FURTHER[place];
        decoded(kind, &[body.as_bytes()])
    };
    let (whole, answer, failure) = read(0);
    assert_eq!(whole, ["Grüße 👩‍👩‍👧 \u{fffd}", "hm", "no"]);
    assert_eq!((answer.finish_reason.as_deref(), failure), (Some("stop"), None));

    let (whole, _, failure) = read(1);
    assert_eq!((whole, failure), (["yes", "hm", ""].map(str::to_owned), None));

    let (whole, answer, failure) = read(2);
    assert_eq!((whole[1].as_str(), failure), ("hm", None));
    let calls = answer.tool_calls.iter();
    let calls: Vec<_> = calls
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, [("f", "{\"a\":1}"), ("g", "{}")]);
    assert_eq!(answer.tokens.cache_write_5m, Some(5));
    assert_eq!(answer.tokens.usage.input_tokens, Some(8));
    assert_eq!(answer.tokens.usage.output_tokens, Some(9));

    let code = |place| read(place).2.unwrap().code.as_str();
    assert_eq!(code(3), "PROVIDER_UNAVAILABLE");
    assert_eq!((code(4), code(5)), ("CONTENT_FILTERED", "CONTENT_FILTERED"));
    let (_, answer, _) = read(4);
    assert_eq!(answer.tool_calls.len(), 2);
}

#[test]
fn a_cut_at_every_byte_changes_nothing() {
    for (kind, body) in FURTHER {
        let whole = decoded(kind, &[body.as_bytes()]);
        let single: Vec<&[u8]> = body.as_bytes().chunks(1).collect();
        assert_eq!(decoded(kind, &single), whole, "{body}");
    }
}

proptest! {
    #[test]
    fn cuts_change_nothing(
        body in any::<prop::sample::Index>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (kind, body) = body.get(&BODIES);
        let whole = decoded(*kind, &[body]);
        prop_assert_eq!(decoded(*kind, &slices(body, &cuts)), whole);
    }

    #[test]
    fn damage_makes_no_decoder_panic(
        body in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10),
        end in any::<prop::sample::Index>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let (_, body) = body.get(&BODIES);
        let mut body = body[..end.index(body.len() + 1)].to_vec();
        for (place, byte) in damage {
            if !body.is_empty() {
                let place = place.index(body.len());
                body[place] = byte;
            }
        }
        for kind in KINDS {
            let whole = decoded(kind, &[&body]);
            prop_assert_eq!(decoded(kind, &slices(&body, &cuts)), whole);
        }
    }

    #[test]
    fn arbitrary_bytes_make_no_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in KINDS {
            decoded(kind, &[&bytes]);
        }
    }
}
