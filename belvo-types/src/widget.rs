//! Belvo's pages for users: their addresses, and what comes back from them.

mod callback;
mod message;
mod url;

pub use self::callback::{InvalidCallback, WidgetCallback, WidgetExit};
pub use self::message::{WidgetEvent, WidgetMessage, WidgetMetadata};
pub use self::url::{PORTAL, PortalUrl, WIDGET, WIDGET_SCRIPT, WidgetUrl};
