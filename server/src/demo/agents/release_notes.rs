//! Turns commit messages into release notes, in several languages.

use super::{Case, SampleAgent, SampleVersion};
use crate::demo::{
    draw::pick,
    model::{GEMINI_FLASH, GPT_4O},
    rhythm::Rhythm,
};
use domain::Source;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

const SYSTEM: &str = "You write the release notes of Acme Robotics' firmware. Say what changed for the person who \
uses the device, leave out what nobody notices, and keep the order: new, better, repaired.";

pub const AGENT: SampleAgent = SampleAgent {
    name: "Release notes",
    per_day: 8.0,
    rhythm: Rhythm::Office,
    sources: &[(Source::Workflow, 70), (Source::Api, 18), (Source::Dashboard, 12)],
    cached_percent: 30,
    versions: &[
        SampleVersion {
            days_ago: 90,
            model: &GPT_4O,
            temperature: 0.4,
            system_prompt: SYSTEM,
            template: "Release {{release}} of {{product}}. Write the notes in {{language}}.\n\n{{commits}}",
        },
        SampleVersion {
            days_ago: 52,
            model: &GEMINI_FLASH,
            temperature: 0.4,
            system_prompt: SYSTEM,
            template: "Release {{release}} of {{product}}. Write the notes in {{language}}.\n\n{{commits}}",
        },
        SampleVersion {
            days_ago: 45,
            model: &GPT_4O,
            temperature: 0.2,
            system_prompt: SYSTEM,
            template: "Product: {{product}}\nRelease: {{release}}\nLanguage: {{language}}\nCommits since the last \
                       release:\n{{commits}}\n\nWrite the notes.",
        },
    ],
    case,
};

const PRODUCTS: [&str; 5] = ["PocketArm", "GardenBot", "Kiri", "Brio", "Smart Watch"];

/// Commit, and its note in English, German and Korean.
const CHANGES: [(&str, [&str; 3]); 10] = [
    (
        "feat(motion): limit jerk on elbow joint",
        [
            "Arm movements start and stop more softly.",
            "Der Arm fährt sanfter an und hält sanfter.",
            "팔이 더 부드럽게 움직입니다.",
        ],
    ),
    (
        "fix(ble): retry pairing after timeout",
        [
            "Pairing no longer fails in crowded rooms.",
            "Das Koppeln gelingt nun auch in vollen Räumen.",
            "사람이 많은 곳에서도 연결이 끊기지 않습니다.",
        ],
    ),
    (
        "perf(map): store tiles compressed",
        [
            "Maps of large gardens load twice as fast.",
            "Karten großer Gärten laden doppelt so schnell.",
            "넓은 정원의 지도를 두 배 빠르게 불러옵니다.",
        ],
    ),
    (
        "feat(ui): dark theme",
        [
            "There is a dark theme now. 🌙",
            "Es gibt jetzt ein dunkles Design. 🌙",
            "어두운 테마가 추가되었습니다. 🌙",
        ],
    ),
    (
        "fix(power): wrong percentage after cold start",
        [
            "The battery level is right after a night in the cold.",
            "Der Akkustand stimmt auch nach einer kalten Nacht.",
            "추운 곳에서도 배터리 잔량이 정확하게 표시됩니다.",
        ],
    ),
    (
        "fix(audio): clipped beep",
        [
            "The beep at the end is heard in full.",
            "Der Ton am Ende ist ganz zu hören.",
            "종료음이 끝까지 들립니다.",
        ],
    ),
    (
        "feat(schedule): skip public holidays",
        [
            "Schedules can skip public holidays.",
            "Zeitpläne können Feiertage auslassen.",
            "일정에서 공휴일을 건너뛸 수 있습니다.",
        ],
    ),
    (
        "fix(net): accept captive portals",
        [
            "Setup works in hotel networks.",
            "Die Einrichtung klappt auch in Hotelnetzen.",
            "호텔 네트워크에서도 설정할 수 있습니다.",
        ],
    ),
    (
        "perf(vision): quantize edge model",
        [
            "Obstacles are recognized in half the time.",
            "Hindernisse werden in der halben Zeit erkannt.",
            "장애물을 절반의 시간에 인식합니다.",
        ],
    ),
    (
        "chore(deps): bump tls stack",
        [
            "Connections use a newer, safer encryption library.",
            "Verbindungen nutzen eine neuere Verschlüsselung.",
            "더 안전한 암호화 라이브러리를 사용합니다.",
        ],
    ),
];

fn case(rng: &mut StdRng) -> Case {
    let language = rng.random_range(0..3);
    let count = rng.random_range(2..=6);
    let changes: Vec<_> = CHANGES.sample(rng, count).collect();
    let commits: Vec<_> = changes.iter().map(|(commit, _)| *commit).collect();
    let notes: Vec<_> = changes
        .iter()
        .map(|(_, notes)| format!("• {}", notes[language]))
        .collect();
    let release = format!(
        "{}.{}.{}",
        rng.random_range(1..5),
        rng.random_range(0..10),
        rng.random_range(0..6)
    );
    let variables = [
        ("product", pick(rng, &PRODUCTS)),
        ("release", release.as_str()),
        ("language", ["English", "German", "Korean"][language]),
        ("commits", &commits.join("\n")),
    ];
    Case::new(&variables, notes.join("\n"))
}
