//! Parts that several pages use.

pub mod badge;
pub mod copy_button;
pub mod failure;
pub mod figures;
pub mod help;
pub mod icon;
pub mod loaded;
pub mod new_password;
pub mod preformatted;
pub mod row_menu;
pub mod settings_tabs;
pub mod shown_once;
pub mod time;
pub mod top_bar;
