//! How the form of a new version is read.

use domain::FieldError;
use store::NewVersion;

/// Longest prompt, in characters.
const MAX_PROMPT: usize = 200_000;

/// The version that the form describes; what is left empty is none.
pub fn new_version(
    model: &str,
    temperature: &str,
    system_prompt: String,
    user_prompt_template: String,
    activate: bool,
) -> Result<NewVersion, FieldError> {
    let temperature = match temperature.trim() {
        "" => None,
        text => Some(
            text.parse()
                .ok()
                .filter(|value| (0.0..=2.0).contains(value))
                .ok_or_else(|| FieldError::new("temperature", "must be a number from 0 to 2"))?,
        ),
    };
    Ok(NewVersion {
        model: domain::agent::parse_name("model", model)?,
        temperature,
        system_prompt: Some(prompt("systemPrompt", system_prompt)?).filter(|text| !text.is_empty()),
        user_prompt_template: prompt("userPromptTemplate", user_prompt_template)?,
        activate,
    })
}

fn prompt(field: &str, text: String) -> Result<String, FieldError> {
    // Forms send line ends as CR LF; prompts are sent to models as they were typed.
    let text = text.replace("\r\n", "\n");
    if text.chars().count() > MAX_PROMPT {
        return Err(FieldError::new(
            field,
            format!("must be at most {MAX_PROMPT} characters long"),
        ));
    }
    Ok(text)
}
