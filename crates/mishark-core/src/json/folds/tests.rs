use super::*;

/// `[[0,0,…],[0,0,…],…]`: rows 0, then groups of `inner + 2` rows.
fn lists(outer: usize, inner: usize) -> Tree<'static> {
    let list = format!("[{}]", vec!["0"; inner].join(","));
    Tree::take(format!("[{}]", vec![list; outer].join(",")).into_bytes()).unwrap()
}

fn visible(folds: &Folds) -> Vec<usize> {
    (0..).map_while(|n| folds.nth_visible(n)).collect()
}

#[test]
fn folding_hides_the_close_too_and_unfolding_brings_all_back() {
    let tree = lists(2, 2);
    let mut folds = Folds::new(&tree);
    assert_eq!(visible(&folds), (0..10).collect::<Vec<_>>());
    folds.fold(&tree, 1);
    assert_eq!(visible(&folds), [0, 1, 5, 6, 7, 8, 9]);
    folds.toggle(&tree, 0);
    assert_eq!(visible(&folds), [0]);
    folds.toggle(&tree, 0);
    assert_eq!(visible(&folds), [0, 1, 5, 6, 7, 8, 9]);
    folds.unfold(&tree, 1);
    assert_eq!(folds.visible_count(), 10);
}

#[test]
fn what_is_folded_out_of_sight_shows_when_its_container_unfolds() {
    let tree = lists(2, 2);
    let mut folds = Folds::new(&tree);
    folds.fold(&tree, 0);
    folds.fold(&tree, 5);
    assert_eq!(visible(&folds), [0]);
    folds.unfold(&tree, 0);
    assert_eq!(visible(&folds), [0, 1, 2, 3, 4, 5, 9]);
}

#[test]
fn scalars_empty_containers_and_closes_do_not_fold() {
    let tree = Tree::parse(b"[1,{},[]]").unwrap();
    let mut folds = Folds::new(&tree);
    for row in [1, 2, 3, 4, 5, 1000] {
        folds.toggle(&tree, row);
        folds.fold_below(&tree, row);
        folds.unfold_below(&tree, row);
        folds.reveal(&tree, row);
        assert!(!folds.is_folded(row));
    }
    assert_eq!(folds.visible_count(), 5);
}

#[test]
fn all_below_folds_and_unfolds_at_once() {
    let tree = lists(3, 2);
    let mut folds = Folds::new(&tree);
    folds.fold_below(&tree, 0);
    assert_eq!(visible(&folds), [0, 1, 5, 9, 13]);
    folds.unfold_below(&tree, 0);
    assert_eq!(folds.visible_count(), 14);
}

#[test]
fn what_unfolds_out_of_sight_stays_there() {
    let tree = Tree::parse(b"[[[1]],[[2]]]").unwrap();
    let mut folds = Folds::new(&tree);
    folds.fold_below(&tree, 0);
    folds.fold(&tree, 0);
    folds.unfold_below(&tree, 1);
    assert_eq!(visible(&folds), [0]);
    folds.unfold(&tree, 0);
    assert_eq!(visible(&folds), [0, 1, 6, 11]);
    folds.unfold(&tree, 1);
    assert_eq!(visible(&folds), [0, 1, 2, 3, 4, 5, 6, 11]);
}

#[test]
fn revealing_unfolds_only_what_is_around_a_row() {
    let tree = Tree::parse(b"[[[1]],[[2]]]").unwrap();
    let mut folds = Folds::new(&tree);
    folds.fold_below(&tree, 0);
    folds.fold(&tree, 0);
    folds.reveal(&tree, 8);
    assert_eq!(visible(&folds), [0, 1, 6, 7, 8, 9, 10, 11]);
    assert!(folds.is_folded(1));
    assert!(folds.is_folded(2));
}

#[test]
fn a_hidden_cursor_goes_to_the_container_that_hides_it() {
    let tree = lists(3, 2);
    let mut folds = Folds::new(&tree);
    folds.fold(&tree, 5);
    assert_eq!(folds.nearest_visible(7), 5);
    assert_eq!(folds.nearest_visible(8), 5);
    assert_eq!(folds.nearest_visible(9), 9);
    folds.fold(&tree, 0);
    assert_eq!(folds.nearest_visible(7), 0);
    assert_eq!(folds.nearest_visible(usize::MAX), 0);
}

#[test]
fn steps_pass_over_what_is_hidden() {
    let tree = lists(3, 2);
    let mut folds = Folds::new(&tree);
    folds.fold(&tree, 1);
    assert_eq!(folds.prev_visible(5), Some(1));
    assert_eq!(folds.prev_visible(0), None);
    assert_eq!(folds.prev_visible(usize::MAX), Some(13));
}

#[test]
fn arithmetic_over_many_chunks_agrees_with_counting() {
    let tree = lists(40, 100);
    let mut folds = Folds::new(&tree);
    // Fold every third list, the root twice in between.
    for (n, list) in tree.children(0).enumerate() {
        if n % 3 == 0 {
            folds.fold(&tree, list);
        }
        if n % 10 == 0 {
            folds.toggle(&tree, 0);
        }
    }
    let mut seen = 0;
    for row in 0..tree.len() {
        assert_eq!(folds.visible_before(row), seen, "{row}");
        if folds.is_visible(row) {
            assert_eq!(folds.nth_visible(seen), Some(row));
            seen += 1;
        }
    }
    assert_eq!(folds.visible_count(), seen);
    assert_eq!(folds.visible_before(usize::MAX), seen);
    assert_eq!(folds.nth_visible(seen), None);
    assert_eq!(seen, 2 + 40 + 26 * 101);
}

#[test]
fn values_alone_hide_closes_and_a_root_that_is_not_alone() {
    let tree = Tree::parse(b"[[1,2],{},[[3]]]").unwrap();
    let mut folds = Folds::of_values(&tree);
    assert_eq!(visible(&folds), [1, 2, 3, 5, 6, 7, 8]);
    folds.fold(&tree, 1);
    folds.fold(&tree, 6);
    assert_eq!(visible(&folds), [1, 5, 6]);
    folds.unfold(&tree, 1);
    folds.unfold(&tree, 6);
    assert_eq!(visible(&folds), [1, 2, 3, 5, 6, 7, 8]);
    let alone = Tree::parse(b"{}").unwrap();
    assert_eq!(visible(&Folds::of_values(&alone)), [0]);
}

#[test]
fn children_fold_without_their_container() {
    let tree = Tree::parse(b"[[[1],2],3,[[4]]]").unwrap();
    let mut folds = Folds::of_values(&tree);
    let all = visible(&folds);
    folds.fold_children(&tree, 0);
    assert_eq!(visible(&folds), [1, 7, 8]);
    folds.unfold(&tree, 1);
    assert_eq!(visible(&folds), [1, 2, 3, 5, 7, 8]);
    folds.unfold_children(&tree, 0);
    assert_eq!(visible(&folds), all);
    folds.fold_below(&tree, 0);
    folds.unfold(&tree, 1);
    assert_eq!(visible(&folds), [1, 2, 5, 7, 8]);
    folds.unfold_below(&tree, 0);
    assert_eq!(visible(&folds), all);
    folds.fold(&tree, 1);
    folds.fold_children(&tree, 1);
    folds.unfold_below(&tree, 2);
    assert_eq!(visible(&folds), [1, 7, 8, 9, 10]);
}
