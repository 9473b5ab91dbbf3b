//! How the form of a new version is read.

use domain::FieldError;
use store::NewVersion;

/// The version that the form describes; what is left empty is none.
pub fn new_version(
    model: String,
    temperature: &str,
    system_prompt: &str,
    user_prompt_template: &str,
    activate: bool,
) -> Result<NewVersion, FieldError> {
    let wrong = |_| FieldError::new("temperature", "must be a number from 0 to 2");
    let temperature = match temperature.trim() {
        "" => None,
        text => Some(text.parse().map_err(wrong)?),
    };
    Ok(NewVersion {
        model,
        temperature,
        system_prompt: Some(prompt(system_prompt)),
        user_prompt_template: prompt(user_prompt_template),
        activate,
    })
}

/// Forms send line ends as CR LF; prompts are sent to models as they were typed.
fn prompt(text: &str) -> String {
    text.replace("\r\n", "\n")
}
