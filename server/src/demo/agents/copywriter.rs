//! Writes the texts of a shop.

use super::{Case, SampleAgent, SampleVersion};
use crate::demo::{
    draw::pick,
    model::{GEMINI_FLASH, GEMINI_PRO},
    rhythm::Rhythm,
};
use domain::Source;
use rand::rngs::StdRng;

const SYSTEM: &str = "You write product copy for Acme Robotics' shop. Be concrete, never promise what the product \
cannot do, and answer in the language that is asked for.";

pub const AGENT: SampleAgent = SampleAgent {
    name: "Product copywriter",
    per_day: 22.0,
    rhythm: Rhythm::Office,
    sources: &[(Source::Dashboard, 45), (Source::Api, 45), (Source::Workflow, 10)],
    cached_percent: 0,
    versions: &[
        SampleVersion {
            days_ago: 90,
            model: &GEMINI_FLASH,
            temperature: 0.9,
            system_prompt: "You write product copy.",
            template: "Write a product description.\nProduct: {{product_name}}\nAudience: {{target_audience}}\n\
                       Tone: {{tone}}\nLanguage: {{language}}",
        },
        SampleVersion {
            days_ago: 61,
            model: &GEMINI_PRO,
            temperature: 0.8,
            system_prompt: SYSTEM,
            template: "Describe {{product_name}} for {{target_audience}} in {{language}}. The tone is {{tone}}. \
                       Two sentences and a call to action.",
        },
        SampleVersion {
            days_ago: 17,
            model: &GEMINI_PRO,
            temperature: 0.6,
            system_prompt: SYSTEM,
            template: "Describe {{product_name}} for {{target_audience}} in {{language}}. The tone is {{tone}}. \
                       Two sentences and a call to action. No exclamation marks; name one thing that the reader can \
                       try today.",
        },
    ],
    case,
};

const PRODUCTS: [&str; 14] = [
    "Smart Watch Pro",
    "Trailhead 40 backpack",
    "Kiri window cleaner",
    "Lumen desk lamp",
    "PocketArm 3 robot kit",
    "Hush noise-canceling earbuds",
    "Brio espresso machine",
    "GardenBot Mini",
    "Nomad e-bike",
    "AeroDry hair dryer",
    "Polar sleeping bag",
    "Grip+ climbing shoes",
    "Mosaic 500 jigsaw",
    "SafeStep walker",
];
const AUDIENCES: [&str; 9] = [
    "fitness enthusiasts",
    "first-time parents",
    "students on a budget",
    "commuters",
    "people who work at night",
    "teachers of robotics classes",
    "retired gardeners",
    "weekend climbers",
    "small cafés",
];
const TONES: [&str; 7] = [
    "energetic",
    "calm",
    "dry",
    "warm",
    "playful",
    "matter-of-fact",
    "elegant",
];

/// Language, first sentence, second sentence, call to action; `%p` is the product and `%a` the audience.
const TEXTS: [(&str, &str, &str, &str); 11] = [
    (
        "English",
        "%p keeps up with %a, and then with the rest of the day.",
        "One charge lasts a week, and setting it up takes less time than reading this.",
        "Try the two-minute tour tonight.",
    ),
    (
        "English",
        "There is a quieter way to do this: %p.",
        "Made with %a in mind, it leaves out what you would not use anyway.",
        "See it in your color.",
    ),
    (
        "English",
        "Some things only show their worth on the third try; %p is one of them.",
        "We asked %a what was missing, and built exactly that.",
        "Order today, decide within 60 days ✨",
    ),
    (
        "English",
        "Built to be repaired, priced to be used: %p.",
        "Every part that can wear out can be replaced in five minutes, with one screwdriver.",
        "Download the parts list.",
    ),
    (
        "German",
        "%p nimmt Ihnen ab, was Zeit kostet, und lässt Ihnen, was Freude macht.",
        "Für alle, die es genau nehmen: geprüft, leise und in fünf Minuten startklar.",
        "Jetzt 30 Tage zu Hause ausprobieren.",
    ),
    (
        "French",
        "%p se fait oublier, et c’est bien l’idée.",
        "Léger, réparable, pensé pour durer dix ans.",
        "À essayer dès ce soir, sans engagement.",
    ),
    (
        "Spanish",
        "Con %p, la rutina pesa menos.",
        "Silencioso por la mañana, incansable por la tarde.",
        "Pruébalo gratis durante 30 días 🚀",
    ),
    (
        "Portuguese",
        "%p acompanha o seu ritmo, do café à última reunião.",
        "Simples de montar e ainda mais simples de usar.",
        "Experimente hoje mesmo.",
    ),
    (
        "Japanese",
        "%pは、毎日の小さな手間を静かに引き受けます。",
        "軽くて丈夫、手入れも簡単です。",
        "今日から30日間お試しいただけます。",
    ),
    (
        "Polish",
        "%p oszczędza czas tam, gdzie nikt go nie zauważa.",
        "Lekki, cichy i gotowy do pracy w pięć minut.",
        "Wypróbuj przez 30 dni.",
    ),
    (
        "Arabic",
        "‏%p يجعل يومك أخف.",
        "هادئ وخفيف وسهل الإصلاح.",
        "جرّبه اليوم لمدة ثلاثين يومًا.",
    ),
];

fn case(rng: &mut StdRng) -> Case {
    let product = pick(rng, &PRODUCTS);
    let audience = pick(rng, &AUDIENCES);
    let (language, first, second, call) = pick(rng, &TEXTS);
    let variables = [
        ("product_name", product),
        ("target_audience", audience),
        ("tone", pick(rng, &TONES)),
        ("language", language),
    ];
    let text = format!("{first} {second}\n\n{call}");
    Case::new(&variables, text.replace("%p", product).replace("%a", audience))
}
