//! Answers of providers, as they come over the network.

use domain::ConnectionKind;
use provider::{Answer, Decoder, Delta, Failure, MAX_TOOL_CALLS};
use std::collections::VecDeque;

const KINDS: [ConnectionKind; 3] = [
    ConnectionKind::Openai,
    ConnectionKind::Anthropic,
    ConnectionKind::Gemini,
];

/// What came of a body: pieces in their order, what they make, and why it is not whole.
type Decoded = (VecDeque<Delta>, Answer, Option<Failure>);

/// The first byte chooses the wire format, and how long the pieces are in which the rest arrives: its remainder by three is
/// the place among `KINDS`, its third a length. However a body is cut the answer is the same, its pieces put together are
/// its text, and it is no larger than what came.
pub fn run(input: &[u8]) {
    let Some((first, body)) = input.split_first() else {
        return;
    };
    let first = usize::from(*first);
    let kind = KINDS[first % KINDS.len()];
    let whole = decoded(kind, body.len().max(1), body);
    for length in [1, 1 + first / KINDS.len()] {
        assert_eq!(
            decoded(kind, length, body),
            whole,
            "another answer in pieces of {length} bytes"
        );
    }
    let (deltas, answer, failure) = whole;
    let mut told = [String::new(), String::new(), String::new()];
    for delta in &deltas {
        let (place, piece) = match delta {
            Delta::Text(piece) => (0, piece),
            Delta::Reasoning(piece) => (1, piece),
            Delta::Refusal(piece) => (2, piece),
        };
        assert!(!piece.is_empty(), "a piece of nothing");
        told[place].push_str(piece);
    }
    assert_eq!(
        told.each_ref(),
        [&answer.text, &answer.reasoning, &answer.refusal]
    );
    bounded(&answer, body.len());
    if let Some(failure) = failure {
        assert!(
            !failure.message.trim().is_empty(),
            "{:?} without a word",
            failure.code
        );
    }
}

fn decoded(kind: ConnectionKind, length: usize, body: &[u8]) -> Decoded {
    let mut decoder = Decoder::new(kind);
    let mut deltas = VecDeque::new();
    let read = body
        .chunks(length)
        .map(|piece| decoder.read(piece, &mut deltas))
        .find(|read| *read != Ok(false));
    let failure = match read {
        Some(Err(failure)) => Some(failure),
        Some(Ok(_)) => {
            let (answer, count) = (decoder.answer().clone(), deltas.len());
            assert_eq!(
                decoder.read(body, &mut deltas),
                Ok(true),
                "read on behind the end"
            );
            assert_eq!((decoder.answer(), deltas.len()), (&answer, count));
            decoder.end(&mut deltas).err()
        }
        None => decoder.end(&mut deltas).err(),
    };
    (deltas, decoder.into_answer(), failure)
}

fn bounded(answer: &Answer, received: usize) {
    let told = answer.text.len() + answer.reasoning.len() + answer.refusal.len();
    assert!(told <= received, "{told} bytes out of {received}");
    assert!(answer.tool_calls.len() <= MAX_TOOL_CALLS);
    let usage = answer.tokens.usage;
    let counts = [
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.reasoning_tokens,
        usage.tokens_used,
        answer.tokens.cache_write_5m,
        answer.tokens.cache_write_1h,
    ];
    assert!(counts.into_iter().flatten().all(|count| count >= 0), "{counts:?}");
}
