//! What every mock of a provider needs: a clock, faults, a recorder of calls, one engine for deliveries, a state file.
//! Must not know any provider.

pub mod address;
mod base_url;
pub mod call;
mod changes;
mod clock;
pub mod console;
pub mod control;
pub mod deliveries;
mod error;
pub mod faults;
pub mod fresh;
mod guard;
mod mock;
pub mod origin;
mod path_pattern;
mod received;
mod recorder;
pub mod rule;
pub mod state_file;

pub use self::base_url::{BaseUrl, is_private, public};
pub use self::changes::Changes;
pub use self::clock::{Clock, Hands, later};
pub use self::deliveries::{
    Attempt, Deliveries, Delivery, DeliveryState, Redirect, Resend, SendOptions, Signing,
};
pub use self::error::Error;
pub use self::faults::{ArmedFault, Cut, Fault, Faults};
pub use self::guard::StoreGuard;
pub use self::mock::{ConsoleParts, Mock, Shared, UnknownFields};
pub use self::path_pattern::PathPattern;
pub use self::received::Received;
pub use self::recorder::{ReceivedRequest, Recorder};
pub use self::state_file::StateFileError;
