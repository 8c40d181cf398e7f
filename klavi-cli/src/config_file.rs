//! `--config FILE`: options of a command from a TOML file.
//!
//! A key at the top level is an option of the command under its own name. It is put in front of the arguments that were
//! given, so that the command line reads, checks and refuses it as any other. A flag beats the environment, the environment
//! beats the file. Knows no option and no table by itself: tables belong to the command.

mod position;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{ArgAction, Args, Command};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use self::position::{line_of, path_of};
use crate::environment::variable;
use crate::exit::Failure;

/// The option that names the file.
const CONFIG: &str = "config";

/// Options that say what to do this once, or that are read before the file.
const NOT_HERE: [&str; 4] = [CONFIG, "check", "help", "version"];

/// How the command line begins to say that something is missing.
const MISSING: &str = "the following required arguments";

/// Options that may also come from a file.
#[derive(Debug, Args)]
pub(crate) struct WithConfig<A: Args> {
    /// TOML file with options under their names. A flag beats the environment, the environment beats the file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The options.
    #[command(flatten)]
    pub(crate) args: A,
}

/// A configuration file that could be read as TOML.
#[derive(Clone)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    text: String,
    options: Vec<Setting>,
}

/// An option that the file sets.
#[derive(Clone)]
struct Setting {
    option: String,
    arguments: Vec<OsString>,
    at: usize,
}

/// The arguments of a command with what its configuration file sets.
pub(crate) struct Merged {
    /// To be parsed.
    pub(crate) arguments: Vec<OsString>,
    pub(crate) file: Option<ConfigFile>,
    /// Which of the arguments come from the file, and the setting of each.
    injected: Vec<Setting>,
    /// How many arguments stand before them.
    before: usize,
}

/// Puts what the file sets into the arguments, where a command that takes `--config` is given one. `tables` names the
/// tables that the command reads itself.
pub(crate) fn merge(
    root: &Command,
    arguments: Vec<OsString>,
    tables: impl Fn(&str) -> &'static [&'static str],
) -> Result<Merged, Failure> {
    let (command, prefix, before) = leaf(root, &arguments);
    let given = Given { arguments: &arguments[before..], prefix: &prefix };
    let Some(path) = given.file(command) else {
        return Ok(Merged { arguments, file: None, injected: Vec::new(), before });
    };
    let mut file = ConfigFile::read(path)?;
    file.options = file.settings(command, tables(command.get_name()))?;
    let injected: Vec<_> =
        file.options.iter().filter(|setting| !given.has(command, &setting.option)).cloned().collect();
    let mut merged = arguments[..before].to_vec();
    merged.extend(injected.iter().flat_map(|setting| setting.arguments.iter().cloned()));
    merged.extend_from_slice(&arguments[before..]);
    Ok(Merged { arguments: merged, file: Some(file), injected, before })
}

/// The command that the arguments call, the prefix of its variables, and how many arguments name it.
fn leaf<'c>(root: &'c Command, arguments: &[OsString]) -> (&'c Command, String, usize) {
    let (mut command, mut prefix, mut names) = (root, root.get_name().to_owned(), 1);
    while let Some(next) =
        arguments.get(names).and_then(|name| command.find_subcommand(name.to_string_lossy().as_ref()))
    {
        prefix = format!("{prefix}_{}", next.get_name());
        (command, names) = (next, names + 1);
    }
    (command, prefix, names.min(arguments.len()))
}

/// What was given beside the file.
struct Given<'a> {
    arguments: &'a [OsString],
    prefix: &'a str,
}

impl Given<'_> {
    /// The value of `--config`, or of its variable. No file is read for a help text.
    fn file(&self, command: &Command) -> Option<PathBuf> {
        let takes_file = command.get_arguments().any(|option| option.get_long() == Some(CONFIG));
        if !takes_file || ["--help", "-h"].into_iter().any(|help| self.options().any(|given| given == help)) {
            return None;
        }
        let mut options = self.options();
        while let Some(given) = options.next() {
            if given == "--config" {
                return options.next().map(PathBuf::from);
            }
            if let Some(path) = given.to_str().and_then(|given| given.strip_prefix("--config=")) {
                return Some(path.into());
            }
        }
        std::env::var_os(variable(self.prefix, CONFIG)).map(PathBuf::from)
    }

    /// Whether a flag or a variable sets that option.
    fn has(&self, command: &Command, option: &str) -> bool {
        let is_it = |given: &OsString| {
            let rest = given.to_str().and_then(|given| given.strip_prefix("--")?.strip_prefix(option));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        };
        let other = command.get_arguments().find(|known| known.get_long() == Some(option));
        let other =
            other.and_then(|known| known.get_env()).is_some_and(|name| std::env::var_os(name).is_some());
        self.options().any(is_it) || other || std::env::var_os(variable(self.prefix, option)).is_some()
    }

    fn options(&self) -> impl Iterator<Item = &OsString> {
        self.arguments.iter().take_while(|given| *given != "--")
    }
}

impl ConfigFile {
    fn read(path: PathBuf) -> Result<Self, Failure> {
        let text = fs::read_to_string(&path)
            .with_context(|| format!("--config: {} cannot be read", path.display()))
            .map_err(Failure::Unreadable)?;
        Ok(Self { path, text, options: Vec::new() })
    }

    /// A failure at that place of the file.
    fn failure(&self, at: usize, what: &str) -> Failure {
        Failure::unreadable(anyhow!("{} {what}", self.place(at)))
    }

    /// File, line and field: `receive.toml:12: target[0].url`.
    pub(crate) fn place(&self, at: usize) -> String {
        let (path, line) = (self.path.display(), line_of(&self.text, at));
        let document = DeTable::parse(&self.text).ok();
        // Of a text that is no TOML, the word itself.
        let word = || {
            let rest = self.text.get(at..)?;
            let key = rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)).next();
            key.filter(|key| !key.is_empty()).map(str::to_owned)
        };
        match document.map_or_else(word, |document| path_of(&document, at)) {
            Some(field) => format!("{path}:{line}: {field}"),
            None => format!("{path}:{line}:"),
        }
    }

    fn table(&self) -> Result<DeTable<'_>, Failure> {
        DeTable::parse(&self.text).map(Spanned::into_inner).map_err(|error| self.not_toml(&error))
    }

    fn not_toml(&self, error: &toml::de::Error) -> Failure {
        // The message of a type error names the type, not the value.
        let place =
            error.span().map_or_else(|| self.path.display().to_string(), |span| self.place(span.start));
        let message = error.message().trim().replace('\n', ", ");
        Failure::unreadable(anyhow!("{} {message}", place.trim_end_matches(':').to_owned() + ":"))
    }

    /// What the file sets at its top level, as arguments.
    fn settings(&self, command: &Command, tables: &[&str]) -> Result<Vec<Setting>, Failure> {
        let mut settings = Vec::new();
        for (key, value) in &self.table()? {
            let (option, at) = (key.get_ref().as_ref(), key.span().start);
            if tables.contains(&option) {
                continue;
            }
            let known = |name: &str| command.get_arguments().find(|known| known.get_long() == Some(name));
            // Of two options for a secret the one that takes a file.
            let in_file = format!("{option}-file");
            if known(option).and(known(&in_file)).is_some() {
                return Err(self.failure(at, &format!("is a secret: put it into a file, and set {in_file}")));
            }
            let Some(known_option) = known(option).filter(|_| !NOT_HERE.contains(&option)) else {
                let dashed = option.replace('_', "-");
                let hint = known(&dashed).filter(|_| dashed != option);
                let hint = hint.map(|_| format!(": write {dashed}")).unwrap_or_default();
                return Err(self.failure(at, &format!("is no setting{hint}")));
            };
            let arguments = arguments(option, known_option.get_action(), value.get_ref())
                .map_err(|what| self.failure(at, what))?;
            settings.push(Setting { option: option.to_owned(), arguments, at });
        }
        // The order of the file, which the tables of the parser do not keep.
        settings.sort_by_key(|setting| setting.at);
        Ok(settings)
    }

    /// The elements of `[[name]]`, each with its place, or the one of `[name]`. What cannot be read is a failure of its
    /// own.
    pub(crate) fn elements<T: DeserializeOwned>(&self, name: &str) -> Vec<Result<Spanned<T>, Failure>> {
        let found = self.table().map(|mut table| table.remove(name));
        let elements = match found {
            Err(failure) => return vec![Err(failure)],
            Ok(None) => return Vec::new(),
            Ok(Some(value)) => match value.into_inner() {
                DeValue::Array(elements) => elements.into_iter().collect(),
                other => vec![Spanned::new(0..0, other)],
            },
        };
        elements.into_iter().map(|element| self.element(element)).collect()
    }

    fn element<T: DeserializeOwned>(&self, element: Spanned<DeValue<'_>>) -> Result<Spanned<T>, Failure> {
        let span = element.span();
        let read = T::deserialize(ValueDeserializer::from(element));
        read.map(|read| Spanned::new(span, read)).map_err(|error| self.not_toml(&error))
    }

    /// The options that are set in one of the two files alone, or otherwise.
    pub(crate) fn changed_options<'a>(old: Option<&'a Self>, new: Option<&'a Self>) -> Vec<&'a str> {
        fn of(file: Option<&ConfigFile>) -> &[Setting] {
            file.map_or(&[], |file| &file.options)
        }
        let differs = |setting: &&Setting, other: &[Setting]| {
            let same = other.iter().find(|other| other.option == setting.option);
            same.is_none_or(|other| other.arguments != setting.arguments)
        };
        let (old, new) = (of(old), of(new));
        let mut changed: Vec<_> = old.iter().filter(|setting| differs(setting, new)).collect();
        changed.extend(new.iter().filter(|setting| differs(setting, old)));
        let mut changed: Vec<_> = changed.into_iter().map(|setting| setting.option.as_str()).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }
}

impl Merged {
    /// What the command line refuses of the file, each with its place: a setting without which it would refuse something
    /// else, or nothing.
    pub(crate) fn refusals(&self, root: &Command, error: &clap::Error) -> Vec<Failure> {
        let Some(file) = &self.file else { return Vec::new() };
        let (mut refusals, mut left) = (Vec::new(), self.injected.clone());
        let mut refused = sentence(error);
        loop {
            let found = (0..left.len()).find_map(|index| {
                let mut rest = left.clone();
                let culprit = rest.remove(index);
                let parsed = root.clone().try_get_matches_from(self.with(&rest));
                let other = parsed.err().map(|other| sentence(&other));
                // A required setting is missed once it is left out.
                let is_missed = other.as_ref().is_some_and(|other| {
                    other.len() > refused.len() && other.starts_with(MISSING) && refused.starts_with(MISSING)
                });
                (other.as_ref() != Some(&refused) && !is_missed).then_some((culprit, rest, other))
            });
            let Some((culprit, rest, other)) = found else { return refusals };
            let refusal = anyhow!("{}: {refused}", file.place(culprit.at));
            refusals.push(Failure::Unreadable(refusal));
            let Some(other) = other else { return refusals };
            (left, refused) = (rest, other);
        }
    }

    /// The arguments with these settings of the file.
    fn with(&self, settings: &[Setting]) -> Vec<OsString> {
        let injected: usize = self.injected.iter().map(|setting| setting.arguments.len()).sum();
        let (before, after) = self.arguments.split_at(self.before);
        let of_file = settings.iter().flat_map(|setting| &setting.arguments);
        before.iter().chain(of_file).chain(&after[injected..]).cloned().collect()
    }
}

/// What the command line says, without how to use it.
pub(crate) fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let said = text.split("\n\n").take_while(|part| !part.starts_with("Usage:"));
    let said = said.filter(|part| !part.trim_start().starts_with("tip:") && !part.starts_with("For more"));
    let lines = said.flat_map(str::lines).map(str::trim).collect::<Vec<_>>().join(" ");
    lines.strip_prefix("error: ").unwrap_or(&lines).to_owned()
}

/// The arguments that set an option to that value.
fn arguments(option: &str, action: &ArgAction, value: &DeValue<'_>) -> Result<Vec<OsString>, &'static str> {
    let argument = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Ok(format!("--{option}={text}").into()),
        DeValue::Integer(number) => Ok(format!("--{option}={}", decimal(number)?).into()),
        _ => Err("takes a text or a whole number"),
    };
    match (action, value) {
        (ArgAction::SetTrue, DeValue::Boolean(true)) => Ok(vec![format!("--{option}").into()]),
        (ArgAction::SetTrue, DeValue::Boolean(false)) => Ok(Vec::new()),
        (ArgAction::SetTrue, _) => Err("is a switch: set it to true or false"),
        (ArgAction::Append, DeValue::Array(values)) => {
            values.iter().map(|value| argument(value.get_ref())).collect()
        }
        (_, DeValue::Array(_)) => Err("takes one value, not a list"),
        (_, value) => argument(value).map(|argument| vec![argument]),
    }
}

/// As the command line reads numbers: TOML also knows hexadecimal ones, and underscores.
fn decimal(number: &toml::de::DeInteger<'_>) -> Result<u64, &'static str> {
    u64::from_str_radix(number.as_str().trim_start_matches('+'), number.radix())
        .map_err(|_| "takes a whole number that is not negative")
}

impl std::fmt::Debug for ConfigFile {
    /// Without the text, which may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigFile").field("path", &self.path).finish_non_exhaustive()
    }
}
