use std::collections::BTreeMap;

use crate::config::keys::Key;

/// The keys of a document as a tree.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The key that ends here.
    pub(crate) key: Option<&'static Key>,
    /// What may stand below, by name.
    pub(crate) fixed: BTreeMap<&'static str, Shape>,
    /// What may stand below any other name, which the person chooses.
    pub(crate) any: Option<Box<Shape>>,
}

impl Shape {
    /// Makes the tree of a table of keys.
    pub(crate) fn of(keys: &'static [&'static [Key]]) -> Self {
        let mut root = Self::default();
        for key in keys.iter().copied().flatten() {
            let mut shape = &mut root;
            for segment in key.path.split('.') {
                shape = match segment {
                    "*" => shape.any.get_or_insert_default(),
                    name => shape.fixed.entry(name).or_default(),
                };
            }
            shape.key = Some(key);
        }
        root
    }
}
