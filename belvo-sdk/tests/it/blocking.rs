//! The client for programs without an async runtime.

use belvo_sdk::belvo_types::api::{
    ChangeRetrieval, ConsentQuery, CreateWidgetToken, InstitutionQuery, LinkQuery, RefreshLink, Scopes,
    UpdateCredentials,
};
use belvo_sdk::{CallOptions, Credentials, ENDPOINTS, RegisteredOrFound, RetryPolicy, blocking};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{calls, challenge, client, link, link_id, registration};

fn blocking_client(transport: &ScriptedTransport) -> blocking::Client {
    blocking::Client::new(&client(transport).0).expect("a runtime can be made")
}

fn server() -> ScriptedTransport {
    ScriptedTransport::answering(|request| match (request.method().as_str(), request.uri().path()) {
        ("GET", "/api/links/" | "/api/institutions/" | "/api/consents/") => {
            let is_first = request.uri().query().is_none_or(|query| !query.contains("page=2"));
            let next = (is_first && request.uri().path() == "/api/institutions/").then_some("?page=2");
            ScriptedAnswer::json(200, json!({"results": [link("link-1")], "next": next}).to_string())
        }
        ("POST", "/api/links/") => challenge(json!({})),
        ("POST", "/api/token/") => ScriptedAnswer::json(200, r#"{"access":"a"}"#),
        ("DELETE", _) => ScriptedAnswer::empty(204),
        _ => ScriptedAnswer::json(200, link("link-1").to_string()),
    })
}

/// Whether a call such as `GET /a/1/` is one of `GET /a/{id}/`.
fn fits(template: &str, call: &str) -> bool {
    let fits = |(expected, actual): (&str, &str)| expected.starts_with('{') || expected == actual;
    template.split('/').count() == call.split('/').count()
        && template.split('/').zip(call.split('/')).all(fits)
}

#[test]
fn it_makes_every_call_of_the_async_client() {
    let transport = server();
    let client = blocking_client(&transport);
    let (links, user) = (client.links(), "user-1".parse().unwrap());
    assert_eq!(links.list(&LinkQuery::new()).all().unwrap().len(), 1);
    assert_eq!(links.of_user(&user).unwrap().len(), 1);
    assert_eq!(links.orphans(&user, &[link_id()]).unwrap().len(), 0);
    let belvo_sdk::Registered::MfaRequired(challenge) = links.register(&registration()).unwrap() else {
        panic!("an MFA challenge")
    };
    links.resume(&challenge.answer("t")).unwrap();
    let found = links.register_or_find(&registration()).unwrap();
    assert!(matches!(found, RegisteredOrFound::Found(_)));
    assert!(links.get(&link_id()).unwrap().is_valid());
    links.update_credentials(&link_id(), &UpdateCredentials::builder("p").build().unwrap()).unwrap();
    links.change_retrieval(&link_id(), &ChangeRetrieval::builder().build().unwrap()).unwrap();
    links.refresh(&link_id(), &RefreshLink::everything()).unwrap();
    links.delete(&link_id()).unwrap();
    links.delete_async(&link_id()).unwrap();
    assert_eq!(client.institutions().list(&InstitutionQuery::new()).all().unwrap().len(), 2);
    client.institutions().get(1).unwrap();
    assert_eq!(client.consents().list(&ConsentQuery::of_user("1")).all().unwrap().len(), 1);
    client.consents().get(&"c".into()).unwrap();
    let request = CreateWidgetToken::builder(Scopes::multi_region()).build().unwrap();
    assert_eq!(client.widget_tokens().create(&request).unwrap().access.unwrap().expose(), "a");
    assert_eq!(client.base_url(), "https://sandbox.belvo.com");
    assert_eq!(transport.requests().len(), 18);
    for endpoint in ENDPOINTS {
        let is_called = transport.calls().iter().any(|call| fits(&endpoint.to_string(), call));
        assert!(is_called, "no method calls {endpoint}");
    }
    for call in transport.calls() {
        let is_listed = ENDPOINTS.iter().any(|endpoint| fits(&endpoint.to_string(), &call));
        assert!(is_listed, "{call} is not in the list");
    }
}

#[test]
fn options_are_those_of_the_async_client() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(503));
    let client =
        blocking_client(&transport).with_options(CallOptions::new().retry_policy(RetryPolicy::none()));
    let error = client.links().get(&link_id()).unwrap_err();
    assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
    assert!(!format!("{client:?}").contains("secret"));
}

#[test]
fn pages_are_asked_for_when_they_are_wanted() {
    let transport = server();
    let client = blocking_client(&transport);
    let list = || client.institutions().list(&InstitutionQuery::new());
    let mut pages = list().by_page();
    assert!(transport.requests().is_empty());
    assert_eq!(pages.next().unwrap().unwrap().results.len(), 1);
    assert_eq!(transport.requests().len(), 1);
    assert_eq!(pages.filter_map(Result::ok).count(), 1);
    assert_eq!(transport.requests().len(), 2);
    assert_eq!(list().by_item().filter_map(Result::ok).count(), 2);
    assert_eq!(list().first().unwrap().results.len(), 1);
    assert_eq!(transport.requests().len(), 5);
}

#[test]
fn fields_are_selected_and_calls_without_a_method_are_made() {
    let transport = server();
    let client = blocking_client(&transport);
    client.links().only_fields(["id"]).get(&link_id()).unwrap();
    client.consents().omit(["status"]).get(&"c".into()).unwrap();
    let raw = client
        .request(http::Method::POST, "/api/{kind}/")
        .path_value("kind", "owners")
        .query("omit", "email")
        .json(&json!({"link": "link-1"}))
        .idempotent()
        .slow()
        .send_raw()
        .unwrap();
    assert_eq!(raw.status(), 200);
    let link: serde_json::Value = client.request(http::Method::GET, "/api/links/link-1/").send().unwrap();
    assert_eq!(link["id"], "link-1");
    assert_eq!(
        calls(&transport),
        [
            "GET /api/links/link-1/?fields=id",
            "GET /api/consents/c/?omit=status",
            "POST /api/owners/?omit=email",
            "GET /api/links/link-1/"
        ]
    );
}

#[test]
fn keys_are_rotated() {
    let transport = server();
    let client = blocking_client(&transport);
    client.set_credentials(Credentials::new("Aladdin", "open sesame")).unwrap();
    client.links().get(&link_id()).unwrap();
    let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    assert_eq!(transport.requests()[0].headers()["authorization"], expected);
    assert!(client.set_credentials(Credentials::new("", "p")).is_err());
}

/// Both clients have the same methods, read from the sources: a method of the async client that is missing here fails.
mod parity {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// What only the async client has: types, and methods such as constructors that make no call.
    const ONLY_ASYNC: &[&str] = &["Client::builder", "CustomCall::new"];
    /// What only the blocking client has.
    const ONLY_BLOCKING: &[&str] = &["Client::new"];
    /// Types of the async client that stand in other crates, from the folder of this one.
    const ELSEWHERE: &[&str] = &["../provider-call/src/custom_call.rs"];

    /// The public methods of each type.
    #[derive(Debug, Default)]
    struct Api {
        methods: BTreeMap<String, BTreeSet<String>>,
        /// Types with an async method.
        calling: BTreeSet<String>,
    }

    impl Api {
        fn read(files: &[PathBuf]) -> Self {
            let mut api = Self::default();
            for file in files {
                let source = fs::read_to_string(file).expect("a source file can be read");
                let mut inside: Option<String> = None;
                for line in source.lines() {
                    if line.starts_with("impl") {
                        inside = implemented(line);
                    } else if line == "}" {
                        inside = None;
                    }
                    if let (Some(name), Some(method)) = (&inside, method(line)) {
                        api.methods.entry(name.clone()).or_default().insert(format!("{name}::{method}"));
                        if line.contains(" async fn ") {
                            api.calling.insert(name.clone());
                        }
                    }
                }
            }
            api
        }
    }

    /// `Pages` of `impl<T: Paged> Pages<T> {`; nothing for the implementation of a trait.
    fn implemented(line: &str) -> Option<String> {
        let mut rest = line.strip_prefix("impl")?;
        if rest.starts_with('<') {
            let mut depth = 0_i32;
            let end = rest.find(|character| {
                depth += i32::from(character == '<') - i32::from(character == '>');
                depth == 0
            });
            rest = &rest[end? + 1..];
        }
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let name: String = rest.trim_start().chars().take_while(|character| is_name(*character)).collect();
        (!rest.contains(" for ") && !name.is_empty()).then_some(name)
    }

    /// `by_item` of `    pub fn by_item(self) …`.
    fn method(line: &str) -> Option<&str> {
        let (_, rest) = line.strip_prefix("    pub ")?.split_once("fn ")?;
        rest.split(['(', '<']).next()
    }

    fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                sources(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }

    #[test]
    fn the_two_clients_have_the_same_methods() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        sources(&root.join("src"), &mut files);
        let folder = root.join("src/blocking");
        let is_blocking = |file: &PathBuf| file.starts_with(&folder) || *file == folder.with_extension("rs");
        let (blocking, mut usual): (Vec<_>, Vec<_>) = files.into_iter().partition(is_blocking);
        usual.extend(ELSEWHERE.iter().map(|file| root.join(file)));
        let (usual, blocking) = (Api::read(&usual), Api::read(&blocking));
        assert!(blocking.methods.len() > 3, "the sources were read: {blocking:?}");

        let without = usual.calling.iter().filter(|name| !blocking.methods.contains_key(*name));
        let without: Vec<_> = without.filter(|name| !ONLY_ASYNC.contains(&name.as_str())).collect();
        assert!(without.is_empty(), "types without a blocking one: {without:?}");
        for (name, methods) in &blocking.methods {
            let expected = usual.methods.get(name).cloned().unwrap_or_default();
            let missing: Vec<_> =
                expected.difference(methods).filter(|method| !is_in(ONLY_ASYNC, method)).collect();
            let surplus: Vec<_> =
                methods.difference(&expected).filter(|method| !is_in(ONLY_BLOCKING, method)).collect();
            assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:?}, surplus {surplus:?}");
        }
    }

    fn is_in(list: &[&str], method: &str) -> bool {
        list.contains(&method)
    }

    #[test]
    fn sources_are_read_as_they_are_written() {
        assert_eq!(implemented("impl<T: Paged> Pages<T> {").as_deref(), Some("Pages"));
        assert_eq!(
            implemented("impl<'a, E: From<CallError>> CustomCall<'a, E> {").as_deref(),
            Some("CustomCall")
        );
        assert_eq!(implemented("impl Client {").as_deref(), Some("Client"));
        assert_eq!(implemented("impl fmt::Debug for Client {"), None);
        assert_eq!(method("    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {"), Some("send"));
        assert_eq!(method("    pub(crate) fn caller(&self) -> &Caller {"), None);
    }
}
