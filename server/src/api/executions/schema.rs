//! Bodies of recording and amending, described by the list of fields that `domain::ExecutionFields` reads.

use domain::{
    NanoDollars, Source, Status,
    field::{Field, Form, READ_BACK},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, Object, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
        schema::{AdditionalProperties, OneOfBuilder, SchemaType},
    },
};

/// An identifier.
const ID: &str = "^[A-Za-z0-9_-]{1,64}$";
/// Text without control characters.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// Fields of an execution.
#[derive(Serialize)]
pub struct ExecutionFields;

impl PartialSchema for ExecutionFields {
    fn schema() -> RefOr<Schema> {
        let mut object = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "Fields of an execution. Only `status` is required, and only when it is recorded; null is the same as \
                 absent.",
            ))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        for field in Field::ALL {
            object = object.property(field.name(), property(field));
        }
        for name in READ_BACK {
            let anything = Object::builder()
                .schema_type(SchemaType::AnyValue)
                .description(Some(
                    "As an answer has it; ignored, so that what was read can be recorded elsewhere.",
                ));
            object = object.property(name, anything);
        }
        Schema::from(object.build()).into()
    }
}

impl ToSchema for ExecutionFields {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Status::name().into_owned(), Status::schema()));
        schemas.push((Source::name().into_owned(), Source::schema()));
    }
}

fn property(field: Field) -> Schema {
    let of = |kind: Type| {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([kind, Type::Null]))
            .description(Some(field.meaning()))
            .examples(
                field
                    .example()
                    .and_then(|json| serde_json::from_str::<Value>(json).ok()),
            )
    };
    let integer = || {
        of(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
    };
    let number = || of(Type::Number).format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)));
    let object = match field.form() {
        Form::Status => return choice(field, &Status::name()),
        Form::Source => return choice(field, &Source::name()),
        Form::Id => of(Type::String).pattern(Some(ID)),
        Form::Instant => of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        Form::Integer(largest) | Form::Rounded(largest) => integer().maximum(Some(largest)),
        Form::Number => number(),
        Form::Cost => number()
            .minimum(Some(0))
            .maximum(Some(NanoDollars::MAX.dollars())),
        Form::Text | Form::Address => of(Type::String),
        Form::Line(longest) => of(Type::String).max_length(Some(longest)).pattern(Some(LINE)),
        Form::Object => of(Type::Object),
    };
    object.build().into()
}

fn choice(field: Field, name: &str) -> Schema {
    let mut reference = Ref::from_schema_name(name);
    reference.description = field.meaning().to_owned();
    let nothing = ObjectBuilder::new().schema_type(Type::Null);
    OneOfBuilder::new().item(reference).item(nothing).build().into()
}

/// One execution, or up to 1,000.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the body; `items` reads it")]
pub enum RecordBody {
    /// One.
    One(Box<ExecutionFields>),
    /// Several.
    Many(Vec<ExecutionFields>),
}
