//! Pages that work without script and from one origin, in Portuguese and English: layout, form fields, style. Must not
//! know what is shown on them.
//!
//! ```
//! use html_kit::{Brand, Lang, Page, Theme};
//!
//! let brand = Brand { name: "Example", title: "Example (mock)", theme: Theme::Blue };
//! let page = Page::new(Lang::English, "Hello", brand).show(&maud::html! { p { "A page." } });
//! assert_eq!(page.status(), 200);
//! ```

pub mod assets;
mod input;
mod lang;
mod navigation;
mod page;

pub use self::input::Input;
pub use self::lang::Lang;
pub use self::navigation::{see_other, with_parameters};
pub use self::page::{Brand, Page, Theme, error_summary, notice};
