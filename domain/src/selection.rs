//! A set of the values of a small enumeration, as filters use it.

use std::marker::PhantomData;

/// An enumeration of a few values with a stable number and name for each.
pub trait Choice: Copy + Eq + 'static {
    /// Every value, in the order in which people see them.
    const ALL: &'static [Self];
    /// The highest number of a value, which bounds the size of a `Selection`.
    const MAX_CODE: u8;
    /// The number in storage.
    fn code(self) -> u8;
    /// The name in JSON and in URLs.
    fn as_str(self) -> &'static str;
    /// The name as people read it.
    fn label(self) -> &'static str;

    /// The value of that name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == name)
    }

    /// The value of that number.
    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
}

/// Makes an enumeration a `Choice` out of one table, in the order in which people see its values.
macro_rules! choices {
    ($Type:ident: $($value:ident = $code:literal, $name:literal, $label:literal;)*) => {
        impl $crate::selection::Choice for $Type {
            const ALL: &'static [Self] = &[$(Self::$value),*];
            const MAX_CODE: u8 = $crate::selection::highest(&[$($code),*]);

            fn code(self) -> u8 {
                match self {
                    $(Self::$value => $code,)*
                }
            }

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)*
                }
            }

            fn label(self) -> &'static str {
                match self {
                    $(Self::$value => $label,)*
                }
            }
        }
    };
}

pub(crate) use choices;

/// The highest of the codes.
pub(crate) const fn highest(codes: &[u8]) -> u8 {
    let (mut highest, mut index) = (0, 0);
    while index < codes.len() {
        if codes[index] > highest {
            highest = codes[index];
        }
        index += 1;
    }
    highest
}

/// Chosen values of `T`. None chosen means all, as an absent filter does.
#[derive(Debug, PartialEq, Eq)]
pub struct Selection<T>(u32, PhantomData<T>);

impl<T> Clone for Selection<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Selection<T> {}
impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self(0, PhantomData)
    }
}

impl<T: Choice> Selection<T> {
    fn bit(value: T) -> u32 {
        const {
            assert!(
                (T::MAX_CODE as u32) < u32::BITS,
                "a selection has a bit for each code"
            )
        }
        1 << value.code()
    }

    /// Adds a value to the chosen ones.
    pub fn insert(&mut self, value: T) {
        self.0 |= Self::bit(value);
    }

    /// Whether every value passes: none was chosen, or each of them.
    pub fn is_all(self) -> bool {
        self.0 == 0 || T::ALL.iter().all(|value| self.is_chosen(*value))
    }

    /// Whether `value` passes.
    pub fn contains(self, value: T) -> bool {
        self.0 == 0 || self.is_chosen(value)
    }

    /// Whether `value` itself was chosen.
    pub fn is_chosen(self, value: T) -> bool {
        self.0 & Self::bit(value) != 0
    }

    /// The values that pass, in the order people see them.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |value| self.contains(*value))
    }

    /// The values that were chosen; empty where all pass by default.
    pub fn chosen(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |value| self.is_chosen(*value))
    }
}

impl<T: Choice> FromIterator<T> for Selection<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut selection = Self::default();
        values.into_iter().for_each(|value| selection.insert(value));
        selection
    }
}
