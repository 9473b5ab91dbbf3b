//! Pages of a few words, for refusals of which the app knows nothing. They load nothing.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// A page with a heading and paragraphs, which may hold what others said, and a link to the beginning.
pub fn page(status: StatusCode, heading: &str, paragraphs: &[&str]) -> Response {
    let paragraphs: String = paragraphs
        .iter()
        .map(|words| format!("<p>{}</p>\n", escaped(words)))
        .collect();
    let heading = escaped(heading);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{heading} · Agent Ledger</title>\n</head>\n<body>\n\
         <main>\n<h1>{heading}</h1>\n{paragraphs}<p><a href=\"/\">Agent Ledger</a></p>\n</main>\n</body>\n</html>\n"
    );
    (status, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            letter => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_said_is_text() {
        assert_eq!(escaped("<b> & \"é\""), "&lt;b&gt; &amp; \"é\"");
    }
}
