//! What the list can show, filter and sort by, for who asks.

use crate::http::{Caller, Json};
use access::{Field, FieldType, Reader};
use serde::Serialize;
use utoipa::ToSchema;

/// A field of the customer list.
#[derive(Serialize, ToSchema)]
pub struct CustomerField {
    /// In filters, orders and columns.
    #[schema(example = "expected_value")]
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub field_type: CustomerFieldType,
    /// What it really shows to who asks: `expected_value` shows `expected_spend` to those without margins.
    pub measure: String,
    /// The words of a choice, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The list can be ordered by it.
    pub sortable: bool,
    /// The list can be filtered by it.
    pub filterable: bool,
    /// Which comparisons a filter can make with it.
    pub comparisons: Vec<String>,
    /// A list shows it before anybody chose columns.
    pub default_column: bool,
    /// In pixels, before anybody changed it.
    pub width: u16,
}

/// What a field's values are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum CustomerFieldType {
    Text,
    Number,
    Money,
    Day,
    Share,
    Choice,
}

/// What the list can show, filter and sort by; only what who asks may see.
#[utoipa::path(get, path = "/api/customers/fields", tag = "customers", operation_id = "customer_fields",
    responses((status = 200, body = [CustomerField])))]
pub async fn fields(caller: Caller) -> Json<Vec<CustomerField>> {
    let reader = &caller.reader;
    Json(reader.fields().map(|field| shown(field, reader)).collect())
}

fn shown(field: Field, reader: &Reader) -> CustomerField {
    let mut comparisons = vec!["=", "!="];
    comparisons.extend(field.ordered().then_some(["<", "<=", ">", ">="]).into_iter().flatten());
    comparisons.extend(field.searchable().then_some("~"));
    comparisons.extend(["in", "is empty"]);
    CustomerField {
        name: field.name().to_string(),
        field_type: field.field_type().into(),
        measure: reader.shown(field).name().to_string(),
        choices: field.choices().iter().map(|choice| choice.name.to_string()).collect(),
        sortable: field.sortable(),
        filterable: true,
        comparisons: comparisons.into_iter().map(str::to_string).collect(),
        default_column: field.default_column(),
        width: field.width(),
    }
}

impl From<FieldType> for CustomerFieldType {
    fn from(field_type: FieldType) -> CustomerFieldType {
        match field_type {
            FieldType::Text => CustomerFieldType::Text,
            FieldType::Number => CustomerFieldType::Number,
            FieldType::Money => CustomerFieldType::Money,
            FieldType::Day => CustomerFieldType::Day,
            FieldType::Share => CustomerFieldType::Share,
            FieldType::Choice => CustomerFieldType::Choice,
        }
    }
}
