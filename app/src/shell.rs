//! The document around the app; rendered by the server alone.

use crate::{App, ServerContext, text};
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The last element of the document.
const LAST: &str = "icons";

/// The whole document, with the scripts that bring it to life where they are named.
pub fn shell(scripts: Option<LeptosOptions>, context: &ServerContext) -> impl IntoView + use<> {
    let stylesheet = context.stylesheet.clone();
    view! {
        <!DOCTYPE html>
        <html lang=text::LANGUAGE>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=stylesheet/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                // Painted once it is all there: of a half, lines would still move.
                <link rel="expect" href=format!("#{LAST}") blocking="render"/>
                {scripts.map(|options| view! { <HydrationScripts options/> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
                <div hidden id=LAST inner_html=include_str!("icons.svg")></div>
            </body>
        </html>
    }
}
