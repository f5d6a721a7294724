use ipnet::Ipv4Net;

use crate::config::codes;
use crate::config::keys::{Form, Key, Kind};
use crate::config::load::{Item, Leaf, wrong};
use crate::config::syntax::{Node, Place, Tree, nearest};
use crate::model::Diagnostic;

/// Turns a value into what its key takes, or says everything that is wrong with it.
pub(crate) fn convert(key: &Key, tree: &Tree) -> Result<Leaf, Vec<Diagnostic>> {
    let one = |diagnostic: Diagnostic| vec![diagnostic];
    let unboxed = |diagnostic: Box<Diagnostic>| vec![*diagnostic];
    match (key.kind, &tree.node) {
        (Kind::Boolean | Kind::Any, Node::Boolean(claim)) => Ok(Leaf::Boolean(*claim)),
        (Kind::Integer { min, max, unit }, Node::Integer(number)) => {
            if (min..=max).contains(number) {
                Ok(Leaf::Integer(*number))
            } else {
                Err(one(wrong::out_of_range(tree, *number, min, max, unit)))
            }
        }
        (Kind::Any | Kind::Ports, Node::Integer(number)) => Ok(Leaf::Integer(*number)),
        (Kind::Any | Kind::Ports, Node::Text(text)) if text.len() <= 500 => Ok(Leaf::Text(text.clone())),
        (Kind::Text(form), Node::Text(text)) => of_form(form, text, tree).map(Leaf::Text).map_err(unboxed),
        (Kind::Word(words), Node::Text(text)) => word(words, text, tree).map(Leaf::Text).map_err(unboxed),
        (Kind::Network, Node::Text(text)) => network(text, tree).map(Leaf::Network).map_err(unboxed),
        (Kind::Networks, Node::List(items)) => list(items, key, network).map(Leaf::Networks),
        (Kind::Texts(form), Node::List(items)) => list(items, key, |text, tree| of_form(form, text, tree)).map(Leaf::Texts),
        _ => Err(one(wrong::wrong_type(key, tree))),
    }
}

/// The value of a default, which stands nowhere; a test holds that every default converts.
pub(crate) fn from_default(key: &Key, node: Node, place: &Place) -> Option<Leaf> {
    let mut leaf = convert(key, &Tree { node, key: place.clone(), place: place.clone() }).ok()?;
    match &mut leaf {
        Leaf::Networks(items) => items.iter_mut().for_each(|item| item.place = None),
        Leaf::Texts(items) => items.iter_mut().for_each(|item| item.place = None),
        _ => {}
    }
    Some(leaf)
}

fn list<T>(items: &[Tree], key: &Key, read: impl Fn(&str, &Tree) -> Result<T, Box<Diagnostic>>) -> Result<Vec<Item<T>>, Vec<Diagnostic>> {
    let mut values = Vec::new();
    let mut problems = Vec::new();
    for tree in items {
        match &tree.node {
            Node::Broken => {}
            Node::Text(text) => match read(text, tree) {
                Ok(value) => values.push(Item { value, place: Some(tree.place.clone()) }),
                Err(problem) => problems.push(*problem),
            },
            _ => problems.push(wrong::wrong_item(key, tree)),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

fn of_form(form: Form, text: &str, tree: &Tree) -> Result<String, Box<Diagnostic>> {
    if form.fits(text) { Ok(text.to_owned()) } else { Err(Box::new(wrong::malformed(form, text, tree))) }
}

fn word(words: &[&str], text: &str, tree: &Tree) -> Result<String, Box<Diagnostic>> {
    if words.contains(&text) {
        return Ok(text.to_owned());
    }
    let diagnostic = codes::UNKNOWN_WORD.error().at(tree.place.span(), format!("known words: {}", words.join(", ")));
    Err(Box::new(match nearest(text, words.iter().copied()) {
        Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
        None => diagnostic,
    }))
}

fn network(text: &str, tree: &Tree) -> Result<Ipv4Net, Box<Diagnostic>> {
    match text.parse::<Ipv4Net>() {
        Ok(network) if network.trunc() == network => Ok(network),
        Ok(network) => Err(Box::new(host_bits(network, tree))),
        Err(_) => Err(Box::new(not_a_network(text, tree))),
    }
}

fn host_bits(network: Ipv4Net, tree: &Tree) -> Diagnostic {
    let diagnostic = codes::HOST_BITS.error().at(tree.place.span(), format!("the part behind /{} is not zero", network.prefix_len()));
    let diagnostic = diagnostic.help(format!("for the network write \"{}\"", network.trunc()));
    // The item of a list stands where its key does; no single network of ours could be one address.
    let is_item = tree.key == tree.place;
    if is_item { diagnostic.help(format!("for the one address write \"{}/32\"", network.addr())) } else { diagnostic }
}

fn not_a_network(text: &str, tree: &Tree) -> Diagnostic {
    let refuse = |label: &str| codes::NOT_A_NETWORK.error().at(tree.place.span(), label);
    if text.parse::<std::net::Ipv4Addr>().is_ok() {
        return refuse("this is one address, without the length of its prefix").help(format!("for this address alone write \"{text}/32\""));
    }
    if text.contains(':') {
        return refuse("IPv6 is not supported yet: nothing opens a path for it");
    }
    if let Some((address, mask)) = text.split_once('/')
        && let (Ok(address), Ok(mask)) = (address.parse(), mask.parse())
        && let Ok(network) = Ipv4Net::with_netmask(address, mask)
    {
        return refuse("the mask is written as an address").help(format!("write \"{}\"", network.trunc()));
    }
    refuse("four numbers from 0 to 255, a slash, and 0 to 32").help("for example \"10.20.0.0/16\"")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::from_default;
    use crate::config::Class;
    use crate::config::keys::Document;
    use crate::config::syntax::{Place, SourceFile, parse_value};

    #[test]
    fn every_default_is_a_value_that_its_key_takes() {
        let file = SourceFile::from_bytes("none".as_ref(), b"").expect("empty text");
        let place = Place { file: Arc::clone(&file), range: 0..0 };
        for document in [Document::Project, Document::Environment, Document::Blueprint] {
            for (key, class) in document.keys().iter().copied().flatten().flat_map(|key| Class::ALL.map(|class| (key, class))) {
                let Some(literal) = key.presence.default_for(class) else { continue };
                let leaf = parse_value(literal).and_then(|node| from_default(key, node, &place));
                assert!(leaf.is_some(), "{} = {literal}", key.path);
            }
        }
    }
}
