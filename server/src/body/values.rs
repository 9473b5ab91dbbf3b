//! What fields of bodies hold: how each kind of value is read, what is said where it is wrong, and how it is described.

use domain::{
    AgentId, Choice, ConnectionKind, FieldError, KeyExpiry, NanoDollars, Retention, Role, Scope, Scopes,
    access::{MAX_EMAIL, parse_email},
    agent::{MAX_TEMPERATURE, parse_line},
    connection::MAX_SECRET,
    fields::check_text,
    problem::short_name,
    zones::{self, Tz},
};
use provider::MAX_HEADERS;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
        schema::{ArrayBuilder, OneOfBuilder, SchemaType},
    },
};
use zeroize::Zeroizing;

/// A value of a field.
pub trait Value: Sized {
    /// What it must be, behind "must be".
    fn expected() -> String;

    /// Reads it.
    ///
    /// # Errors
    /// It is something else, or out of its bounds.
    fn read(field: &str, json: Json) -> Result<Self, FieldError>;

    /// How it is described.
    fn schema() -> RefOr<Schema>;

    /// Adds the named schemas to which the description refers.
    fn components(_: &mut Vec<(String, RefOr<Schema>)>) {}
}

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

/// A schema with the field's meaning, and with null where the field may be that.
pub fn described(schema: RefOr<Schema>, meaning: &str, or_null: bool) -> RefOr<Schema> {
    match schema {
        RefOr::Ref(mut reference) => {
            meaning.clone_into(&mut reference.description);
            if or_null {
                let either = OneOfBuilder::new().item(reference).item(of(Type::Null));
                Schema::from(either).into()
            } else {
                reference.into()
            }
        }
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(meaning.to_owned());
            object.schema_type = nullable(object.schema_type, or_null);
            Schema::Object(object).into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = Some(meaning.to_owned());
            array.schema_type = nullable(array.schema_type, or_null);
            Schema::Array(array).into()
        }
        other => other,
    }
}

fn nullable(kind: SchemaType, or_null: bool) -> SchemaType {
    match kind {
        SchemaType::Type(kind) if or_null => SchemaType::from_iter([kind, Type::Null]),
        kind => kind,
    }
}

/// What is said of a value of another kind.
fn other<V: Value>(field: &str) -> FieldError {
    FieldError::new(field, format!("must be {}", V::expected()))
}

/// Reads what serde reads.
fn from_json<V: Value, T: DeserializeOwned>(field: &str, json: Json) -> Result<T, FieldError> {
    serde_json::from_value(json).map_err(|_| other::<V>(field))
}

/// A named schema.
fn named<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

fn component<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Any text, such as a password.
impl Value for String {
    fn expected() -> String {
        "a string".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(of(Type::String)).into()
    }
}

/// Text that can be kept.
pub struct Text(pub String);

impl Value for Text {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let text = String::read(field, json)?;
        check_text(field, &text).map(|()| Self(text))
    }

    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}

/// Somebody, as `executedBy` or their e-mail address names them.
pub struct Somebody(pub String);

impl Value for Somebody {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let Text(who) = Text::read(field, json)?;
        match who.trim() {
            "" => Err(FieldError::new(field, "must name somebody")),
            who => Ok(Self(who.to_owned())),
        }
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(of(Type::String).examples(["mira@example.com"])).into()
    }
}

/// One line of 1 to so many characters, blanks around it aside.
pub struct Line<const MOST: usize>(pub String);

impl<const MOST: usize> Value for Line<MOST> {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        parse_line(field, &String::read(field, json)?, MOST).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        let line = of(Type::String)
            .min_length(Some(1))
            .max_length(Some(MOST))
            .pattern(Some(
                r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
            ));
        Schema::from(line).into()
    }
}

/// A whole number from one to another, both included.
pub struct Whole<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> Value for Whole<LEAST, MOST> {
    fn expected() -> String {
        format!("a whole number from {LEAST} to {MOST}")
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let number = json.as_u64().and_then(|number| u32::try_from(number).ok());
        let within = number.filter(|number| (LEAST..=MOST).contains(number));
        within.map(Self).ok_or_else(|| other::<Self>(field))
    }

    fn schema() -> RefOr<Schema> {
        let number = of(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .minimum(Some(LEAST))
            .maximum(Some(MOST));
        Schema::from(number).into()
    }
}

/// A sampling temperature.
pub struct Temperature(pub f64);

impl Value for Temperature {
    fn expected() -> String {
        format!("a number from 0 to {MAX_TEMPERATURE}")
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let number = json
            .as_f64()
            .filter(|number| (0.0..=MAX_TEMPERATURE).contains(number));
        number.map(Self).ok_or_else(|| other::<Self>(field))
    }

    fn schema() -> RefOr<Schema> {
        let number = of(Type::Number).format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)));
        Schema::from(number.minimum(Some(0)).maximum(Some(MAX_TEMPERATURE))).into()
    }
}

impl Value for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(of(Type::Boolean)).into()
    }
}

/// US dollars.
impl Value for NanoDollars {
    fn expected() -> String {
        format!("an amount from 0 to {} dollars", Self::MAX.dollars())
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        let amount = of(Type::Number).format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)));
        Schema::from(amount.minimum(Some(0)).maximum(Some(Self::MAX.dollars()))).into()
    }
}

/// An e-mail address.
pub struct Email(pub String);

impl Value for Email {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        parse_email(&String::read(field, json)?).map(Self)
    }

    fn schema() -> RefOr<Schema> {
        let address = of(Type::String)
            .max_length(Some(MAX_EMAIL))
            .pattern(Some(r"^[^@\s]+@[^@\s]+$"));
        Schema::from(address.examples(["mira@example.com"])).into()
    }
}

impl Value for Role {
    fn expected() -> String {
        format!("one of {}", Self::ALL.map(Self::as_str).join(", "))
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        named::<Self>()
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        component::<Self>(schemas);
    }
}

impl Value for ConnectionKind {
    fn expected() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("one of {}", names.join(", "))
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        named::<Self>()
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        component::<Self>(schemas);
    }
}

fn check_secret(field: &str, text: &str) -> Result<(), FieldError> {
    if text.trim().is_empty() || text.len() > MAX_SECRET {
        let detail = format!("must be 1 to {MAX_SECRET} visible characters on one line");
        return Err(FieldError::new(field, detail));
    }
    Ok(())
}

/// A secret that others gave out, such as a provider's API key.
pub struct SecretText(pub Zeroizing<String>);

impl Value for SecretText {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let text = Zeroizing::new(String::read(field, json)?);
        check_secret(field, &text)?;
        Ok(Self(text))
    }

    fn schema() -> RefOr<Schema> {
        let key = of(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(1))
            .max_length(Some(MAX_SECRET))
            .pattern(Some(r"^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$"))
            .write_only(true);
        Schema::from(key).into()
    }
}

/// Headers by name, whose values are secrets.
pub struct SecretHeaders(pub Vec<(String, Zeroizing<String>)>);

impl Value for SecretHeaders {
    fn expected() -> String {
        "an object of headers, each a string under its name".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let headers = from_json::<Self, Map<String, Json>>(field, json)?.into_iter();
        let header = |(name, value): (String, Json)| match value {
            Json::String(value) => {
                let value = Zeroizing::new(value);
                check_secret(&format!("{field}.{}", short_name(&name)), &value)?;
                Ok((name, value))
            }
            _ => Err(other::<Self>(field)),
        };
        headers.map(header).collect::<Result<_, _>>().map(Self)
    }

    fn schema() -> RefOr<Schema> {
        let value = of(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX_SECRET))
            .pattern(Some(r"^[\x20-\x7e]+$"));
        let headers = of(Type::Object)
            .additional_properties(Some(value))
            .max_properties(Some(MAX_HEADERS))
            .write_only(true);
        Schema::from(headers).into()
    }
}

impl Value for Scopes {
    fn expected() -> String {
        format!("a list out of {}", Scope::ALL.map(Scope::as_str).join(", "))
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, Vec<Scope>>(field, json)?.try_into()
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(ArrayBuilder::new().items(named::<Scope>()).min_items(Some(1))).into()
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        component::<Scope>(schemas);
    }
}

impl Value for Vec<AgentId> {
    fn expected() -> String {
        "a list of agents' ids".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, _>(field, json)
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(ArrayBuilder::new().items(of(Type::String))).into()
    }
}

/// The end of an API key: an instant, or a day.
impl Value for KeyExpiry {
    fn expected() -> String {
        "a date or an RFC 3339 instant".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        from_json::<Self, String>(field, json)?.parse()
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(of(Type::String).examples(["2027-01-31"])).into()
    }
}

/// The name of a time zone.
impl Value for Tz {
    fn expected() -> String {
        String::expected()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        zones::named(&String::read(field, json)?)
    }

    fn schema() -> RefOr<Schema> {
        Schema::from(of(Type::String).examples(["Europe/Berlin"])).into()
    }
}

/// How long executions are to be kept. What is wrong is named by its place in the field.
impl Value for Retention {
    fn expected() -> String {
        "an object with `plan` and, for the plan enterprise, `days`".to_owned()
    }

    fn read(field: &str, json: Json) -> Result<Self, FieldError> {
        let RetentionChange { plan, days } = from_json::<Self, _>(field, json)?;
        Self::parse(&plan, days)
            .map_err(|error| FieldError::new(format!("{field}.{}", error.field), error.detail))
    }

    fn schema() -> RefOr<Schema> {
        named::<RetentionChange>()
    }

    fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        component::<RetentionChange>(schemas);
    }
}

/// How long executions are to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RetentionChange {
    /// `standard` (90 days), `pro` (180 days), `enterprise` (`days`), or `none`: everything is kept.
    #[schema(example = "standard")]
    plan: String,
    /// 365 to 36,500, for the plan `enterprise` alone.
    #[schema(minimum = 365, maximum = 36_500)]
    days: Option<u32>,
}
