//! Bodies that are JSON objects, each written once: `body!` makes of one list of fields what reads them, names what is
//! wrong with them, and describes them in the API's document.

use super::{
    JsonBody,
    values::{Value, described},
};
use crate::problem::Problem;
use domain::{Errors, FieldError, nearest, problem::short_name};
use serde_json::{Map, Value as Json};
use utoipa::openapi::{RefOr, Schema};

/// A body of a call. `body!` implements it.
pub trait Body: Sized {
    /// Names of its fields.
    const NAMES: &'static [&'static str];
    /// Takes its fields; `None` only where one is wrong.
    fn take(fields: &mut Fields) -> Option<Self>;
}

/// What a field of a body holds: a [`Value`], or an `Option` of one where it may be left out, or an `Option` of that where
/// null says something of its own.
pub trait Held: Sized {
    /// Whether the field must be there.
    const IS_REQUIRED: bool;
    /// Takes the field; `None` only where it is wrong.
    fn take(fields: &mut Fields, name: &str) -> Option<Self>;
    /// How it is described, with its meaning.
    fn schema(meaning: &str) -> RefOr<Schema>;
    /// Adds the named schemas to which the description refers.
    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>);
}

impl<T: Value> Held for T {
    const IS_REQUIRED: bool = true;

    fn take(fields: &mut Fields, name: &str) -> Option<Self> {
        match fields.map.shift_remove(name) {
            None | Some(Json::Null) => {
                fields.wrong(FieldError::new(name, format!("is required: {}", T::expected())));
                None
            }
            Some(value) => fields.read(name, value),
        }
    }

    fn schema(meaning: &str) -> RefOr<Schema> {
        described(T::schema(), meaning, false)
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <T as Value>::components(schemas);
    }
}

impl<T: Value> Held for Option<T> {
    const IS_REQUIRED: bool = false;

    fn take(fields: &mut Fields, name: &str) -> Option<Self> {
        match fields.map.shift_remove(name) {
            None | Some(Json::Null) => Some(None),
            Some(value) => fields.read(name, value).map(Some),
        }
    }

    fn schema(meaning: &str) -> RefOr<Schema> {
        described(T::schema(), meaning, true)
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <T as Value>::components(schemas);
    }
}

impl<T: Value> Held for Option<Option<T>> {
    const IS_REQUIRED: bool = false;

    fn take(fields: &mut Fields, name: &str) -> Option<Self> {
        if fields.map.contains_key(name) {
            <Option<T> as Held>::take(fields, name).map(Some)
        } else {
            Some(None)
        }
    }

    fn schema(meaning: &str) -> RefOr<Schema> {
        <Option<T> as Held>::schema(meaning)
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <T as Value>::components(schemas);
    }
}

/// Fields of a JSON object that are left to take, and what is wrong with those that were.
pub struct Fields {
    map: Map<String, Json>,
    errors: Errors,
}

impl Fields {
    fn of(json: JsonBody) -> Result<Self, Problem> {
        let mut errors = Errors::up_to(json.most_errors);
        match json.value {
            Json::Object(map) => Ok(Self { map, errors }),
            _ => {
                errors.push(FieldError::new("", "must be a JSON object"));
                Err(Problem::invalid_fields(errors))
            }
        }
    }

    fn read<T: Value>(&mut self, name: &str, value: Json) -> Option<T> {
        T::read(name, value).map_err(|error| self.wrong(error)).ok()
    }

    fn wrong(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    fn whole<B: Body>(mut self) -> Result<B, Problem> {
        let body = B::take(&mut self);
        for name in std::mem::take(&mut self.map).keys() {
            let nearest = nearest(name, B::NAMES.iter().copied());
            let nearest = nearest.map_or(String::new(), |meant| format!("; the nearest is {meant}"));
            self.wrong(FieldError::new(
                short_name(name),
                format!("is not a field here{nearest}"),
            ));
        }
        match body {
            Some(body) if self.errors.is_empty() => Ok(body),
            _ => Err(Problem::invalid_fields(self.errors)),
        }
    }
}

/// Reads a body. Every wrong field is named, and every one that the body does not have.
pub fn read<B: Body>(json: JsonBody) -> Result<B, Problem> {
    Fields::of(json)?.whole()
}

/// Reads a body that says what changes, which must be something.
pub fn read_change<B: Body>(json: JsonBody) -> Result<B, Problem> {
    let mut fields = Fields::of(json)?;
    if fields.map.is_empty() {
        fields.wrong(FieldError::new("", "must say what changes"));
    }
    fields.whole()
}

/// Makes a body of its fields, each with its meaning, its type and its name in JSON.
macro_rules! body {
    (
        $(#[doc = $meaning:literal])+
        pub struct $Body:ident {
            $($(#[doc = $about:literal])+ $field:ident: $Type:ty = $name:literal,)+
        }
    ) => {
        $(#[doc = $meaning])+
        pub struct $Body {
            $($(#[doc = $about])+ pub $field: $Type,)+
        }

        impl $crate::body::Body for $Body {
            const NAMES: &'static [&'static str] = &[$($name),+];

            fn take(fields: &mut $crate::body::Fields) -> Option<Self> {
                // All are taken before one that is wrong ends it.
                $(let $field = <$Type as $crate::body::Held>::take(fields, $name);)+
                Some(Self { $($field: $field?,)+ })
            }
        }

        impl utoipa::PartialSchema for $Body {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let mut object = utoipa::openapi::ObjectBuilder::new()
                    .description(Some($crate::body::text(&[$($meaning),+])))
                    .additional_properties(Some(
                        utoipa::openapi::schema::AdditionalProperties::FreeForm(false),
                    ));
                $(
                    let about = $crate::body::text(&[$($about),+]);
                    object = object.property($name, <$Type as $crate::body::Held>::schema(&about));
                    if <$Type as $crate::body::Held>::IS_REQUIRED {
                        object = object.required($name);
                    }
                )+
                utoipa::openapi::Schema::from(object).into()
            }
        }

        impl utoipa::ToSchema for $Body {
            fn schemas(
                schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
            ) {
                $(<$Type as $crate::body::Held>::components(schemas);)+
            }
        }
    };
}

pub(crate) use body;

/// A comment as one text.
pub fn text(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| line.trim()).collect();
    lines.join("\n")
}
