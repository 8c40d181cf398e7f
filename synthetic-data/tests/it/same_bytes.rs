//! The same recipe gives the same bytes, also in a later release: fixtures of others are made with it.

use klavi_types::ProductName;
use synthetic_data::{Recipe, Version};

/// FNV-1a.
fn hash(body: &[u8], begin: u64) -> u64 {
    body.iter().fold(begin, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

#[test]
fn reports_have_the_bytes_they_always_had() {
    let mut all = 0xcbf2_9ce4_8422_2325;
    for name in ProductName::ALL {
        for person in ["pf_", "pj_"] {
            for (seed, version) in [(1, Version::V1), (7, Version::V1_1)] {
                let recipe = Recipe::new(&format!("{person}{name}")).unwrap().seed(seed).version(version);
                let mut recipes = vec![recipe.clone()];
                recipes.extend([57, 401].iter().filter_map(|count| recipe.clone().transactions(*count).ok()));
                for recipe in recipes {
                    let mut body = Vec::new();
                    recipe.write(&mut body).unwrap();
                    all = hash(&body, all);
                }
            }
        }
    }
    assert_eq!(all, 0x2a61_362f_c1da_8e12, "{all:#x}");
}
