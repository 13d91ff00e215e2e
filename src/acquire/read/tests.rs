//! Names, links and what can't be read.

use super::*;
use std::fs;

/// A folder of its own below the system's, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("huizong-read-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "双减").unwrap();
    }

    fn inputs(&self, names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(|name| self.0.join(name)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(found: &Found) -> Vec<&str> {
    found.files.iter().map(|f| f.source_path.as_str()).collect()
}

fn reasons(found: &Found) -> Vec<(&str, &str)> {
    found.rejects.iter().map(|r| (r.source_path.as_str(), r.reason)).collect()
}

#[test]
fn names_are_relative_and_in_order() {
    let folder = Folder::new("names");
    for name in ["in/乙校/b.txt", "in/甲校.txt", "in/.git/x", "in/~$甲校.docx", "in/Thumbs.db", "other/in/c.txt"]
    {
        folder.write(name);
    }
    let one = walk(&folder.inputs(&["in"]));
    assert_eq!(names(&one), ["乙校/b.txt", "甲校.txt"]);
    assert_eq!(reasons(&one), []);
    let single = walk(&folder.inputs(&["in/甲校.txt"]));
    assert_eq!(names(&single), ["甲校.txt"]);
    let several = walk(&folder.inputs(&["in/乙校", "in/甲校.txt"]));
    assert_eq!(names(&several), ["乙校/b.txt", "甲校.txt"]);
    // Two folders of one name are told apart by what they lie in.
    let twins =
        names(&walk(&folder.inputs(&["in", "other/in"]))).iter().map(|n| n.matches('/').count()).collect::<Vec<_>>();
    assert_eq!(twins, [3, 2, 2]);
}

#[test]
fn what_is_missing_has_a_reason() {
    let folder = Folder::new("missing");
    let found = walk(&folder.inputs(&["nowhere"]));
    assert_eq!(reasons(&found), [("nowhere", "not_found")]);
    let gone = SourceFile { source_path: "a".into(), disk_path: folder.0.join("a"), bytes: 1, stamp: Stamp::default() };
    assert_eq!(read(&gone).unwrap_err().reason, "not_found");
    folder.write("a");
    assert_eq!(read(&gone).unwrap(), "双减".as_bytes());
    assert_eq!(read_at_most(&gone, 5).unwrap_err().reason, "too_large");
}

#[cfg(unix)]
#[test]
fn links_are_followed_once_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    folder.write("in/a/a.txt");
    folder.write("out/b.txt");
    let link = |to: &str, at: &str| symlink(folder.0.join(to), folder.0.join(at)).unwrap();
    link("in", "in/a/up");
    link("out", "in/one");
    link("out", "in/two");
    link("in/a/a.txt", "in/again.txt");
    link("nothing", "in/broken");
    link("in/self", "in/self");
    link("out/b.txt", "out/c.txt");
    let found = walk(&folder.inputs(&["in"]));
    assert_eq!(names(&found), ["a/a.txt", "one/b.txt"]);
    assert_eq!(
        reasons(&found),
        [
            ("a/up", "link_loop"),
            ("again.txt", "already_read"),
            ("broken", "broken_link"),
            ("one/c.txt", "already_read"),
            ("self", "link_loop"),
            ("two", "already_read"),
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_and_special_files() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("special");
    fs::write(folder.0.join(OsStr::from_bytes(b"\xCB\xAB\xBC\xF5\n.txt")), "x").unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.0.join("socket")).unwrap();
    let found = walk(&folder.inputs(&["."]));
    drop(socket);
    assert_eq!(names(&found), ["%CB%AB%BC%F5%0A.txt"]);
    assert_eq!(reasons(&found), [("socket", "special_file")]);
}
