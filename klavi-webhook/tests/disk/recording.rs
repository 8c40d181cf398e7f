//! Compiles `recorder.c` and runs processes under it. It knows nothing of what they do.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use tempfile::TempDir;

use super::log::Log;

/// After that a process is taken to hang. It is no bound that a healthy one comes near.
const HANGS: Duration = Duration::from_secs(300);

/// A recorded folder and its log, in memory where the machine has a place for that.
pub(crate) struct Recording {
    place: TempDir,
}

/// What the recorder is asked for besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Syncs of files whose path contains this do nothing.
    pub(crate) nosync: Option<&'static str>,
    /// A call that fails, as `recorder.c` spells it.
    pub(crate) fault: Option<String>,
}

impl Recording {
    pub(crate) fn new() -> Self {
        let place = in_memory();
        std::fs::create_dir(place.path().join("disk")).unwrap();
        let recording = Self { place };
        std::fs::write(recording.log_file(), "").unwrap();
        recording
    }

    /// Where the recorder and its log are, and the folder.
    pub(crate) fn place(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.place().join("disk")
    }

    pub(crate) fn log_file(&self) -> PathBuf {
        self.place().join("log")
    }

    pub(crate) fn log(&self) -> Log {
        Log::read(&self.log_file(), &self.folder())
    }

    /// The environment of a process that is recorded.
    pub(crate) fn environment(&self, settings: &Settings) -> Vec<(&'static str, OsString)> {
        let library = self.place().join("recorder.so");
        if !library.exists() {
            std::fs::copy(recorder(), &library).unwrap();
        }
        let mut environment = vec![
            ("LD_PRELOAD", library.into_os_string()),
            ("KLAVI_RECORDER_FOLDER", self.folder().into_os_string()),
            ("KLAVI_RECORDER_LOG", self.log_file().into_os_string()),
        ];
        environment.extend(settings.nosync.map(|nosync| ("KLAVI_RECORDER_NOSYNC", nosync.into())));
        environment.extend(settings.fault.as_ref().map(|fault| ("KLAVI_RECORDER_FAULT", fault.into())));
        environment
    }

    /// Runs one test of this binary as a recorded process of its own, to its end.
    pub(crate) fn run(&self, test: &str, settings: &Settings, arguments: &[(&str, &OsStr)]) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .envs(self.environment(settings))
            .envs(arguments.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = child.stderr.take().unwrap();
        let (send, ended) = mpsc::channel();
        std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = output.read_to_end(&mut said);
            let _ = send.send(said);
        });
        let Ok(said) = ended.recv_timeout(HANGS) else {
            child.kill().unwrap();
            panic!("the process hangs: {settings:?}");
        };
        let status = child.wait().unwrap();
        assert!(status.success(), "{settings:?}: {status}: {}", String::from_utf8_lossy(&said));
    }
}

/// A folder whose files are never written to a real disk, for speed.
pub(crate) fn in_memory() -> TempDir {
    let mut folder = tempfile::Builder::new();
    let folder = folder.prefix("klavi-disk");
    let made = folder.tempdir_in("/dev/shm").or_else(|_| {
        let place = std::env::temp_dir().canonicalize()?;
        folder.tempdir_in(place)
    });
    made.unwrap()
}

/// The compiled recorder.
fn recorder() -> &'static Path {
    static RECORDER: OnceLock<PathBuf> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/disk/recorder.c");
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("recorder-{}.so", std::process::id()));
        let output = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&made, &source])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let library = made.with_file_name("recorder.so");
        std::fs::rename(made, &library).unwrap();
        library
    })
}
