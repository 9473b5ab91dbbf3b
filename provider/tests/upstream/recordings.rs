//! Exchanges that others recorded with VCR.

use crate::upstream::Answer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ConnectionKind;
use flate2::read::GzDecoder;
use serde_json::{Map, Number, Value};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use yaml_rust2::{Yaml, YamlLoader};

/// One exchange with a model.
pub struct Recording {
    /// Its file, and its place in it.
    pub name: String,
    pub kind: ConnectionKind,
    pub status: u16,
    /// As it was before it was compressed for the way.
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}

impl Recording {
    pub fn answer(&self) -> Answer {
        let answer = Answer::new(self.status, self.body.clone());
        match &self.content_type {
            Some(content_type) => answer.with("content-type", content_type),
            None => answer,
        }
    }
}

/// Every exchange with a model beneath a folder, and refusals of whatever was asked. What else was recorded, answers to
/// embeddings and files, is no answer of a model, and left out.
pub fn all(folder: &Path) -> Vec<Recording> {
    let mut files = Vec::new();
    find(folder, &mut files);
    files.sort();
    files.iter().flat_map(|file| of_file(folder, file)).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
}

fn of_file(folder: &Path, file: &Path) -> Vec<Recording> {
    let name = file.strip_prefix(folder).unwrap().display();
    let documents = YamlLoader::load_from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let interactions = documents[0]["interactions"].as_vec().unwrap();
    let interactions = interactions.iter().enumerate();
    interactions
        .filter_map(|(number, interaction)| {
            let response = &interaction["response"];
            let status = u16::try_from(response["status"]["code"].as_i64().unwrap()).unwrap();
            let kind = kind(interaction["request"]["uri"].as_str().unwrap(), status)?;
            let headers = &response["headers"];
            Some(Recording {
                name: format!("{name} {number}"),
                kind,
                status,
                body: body(response),
                content_type: ["content-type", "Content-Type"]
                    .iter()
                    .find_map(|name| headers[*name][0].as_str())
                    .map(str::to_owned),
            })
        })
        .collect()
}

fn kind(address: &str, status: u16) -> Option<ConnectionKind> {
    let path = address.split('?').next().unwrap();
    if path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent") {
        Some(ConnectionKind::Gemini)
    } else if path.ends_with("/v1/messages") {
        Some(ConnectionKind::Anthropic)
    } else if path.ends_with("/chat/completions") || status >= 400 {
        Some(ConnectionKind::Openai)
    } else {
        None
    }
}

/// The body: text, gzip in base64, or JSON that was read already.
fn body(response: &Yaml) -> Vec<u8> {
    let parsed = &response["parsed_body"];
    if !parsed.is_badvalue() {
        return json(parsed).to_string().into();
    }
    let text = response["body"]["string"].as_str().unwrap();
    let letters: String = text.split_whitespace().collect();
    match STANDARD.decode(letters) {
        Ok(compressed) if compressed.starts_with(&[0x1f, 0x8b]) => {
            let mut body = Vec::new();
            GzDecoder::new(compressed.as_slice())
                .read_to_end(&mut body)
                .unwrap();
            body
        }
        _ => text.into(),
    }
}

fn json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Real(number) => Number::from_f64(number.parse().unwrap()).unwrap().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::String(text) => text.as_str().into(),
        Yaml::Boolean(value) => (*value).into(),
        Yaml::Array(items) => items.iter().map(json).collect(),
        Yaml::Hash(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.as_str().unwrap().to_owned(), json(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Yaml::Null | Yaml::BadValue | Yaml::Alias(_) => Value::Null,
    }
}
