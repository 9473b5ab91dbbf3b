//! The table's rows as places that stay, while what they show comes and goes.
//!
//! A row that is made reads what lives as long as the page (the zone, the clock, what is opened), and `reactive_graph`
//! keeps a note of each reader for as long as what it read lives, also when the reader is long gone. On a page that is
//! followed for hours rows are therefore not made for each execution: a place that has become free shows the next one.

use domain::ExecutionSummary;
use leptos::prelude::*;

/// A row's place.
#[derive(Clone)]
pub struct Slot {
    /// Tells the places apart; no order.
    pub number: usize,
    /// What it shows.
    pub execution: ArcRwSignal<ExecutionSummary>,
}

impl Slot {
    fn shows(&self, execution: &ExecutionSummary) -> bool {
        self.execution
            .with_untracked(|shown| shown.execution_id == execution.execution_id)
    }

    fn show(self, execution: &ExecutionSummary) -> Self {
        if self.execution.with_untracked(|shown| shown != execution) {
            self.execution.set(execution.clone());
        }
        self
    }
}

/// A place for each execution, in their order. Who has one keeps it; the others get those that became free, then new ones.
pub fn assign(slots: Vec<Slot>, executions: &[ExecutionSummary]) -> Vec<Slot> {
    let mut next_number = slots.iter().map(|slot| slot.number + 1).max().unwrap_or(0);
    let mut slots: Vec<_> = slots.into_iter().map(Some).collect();
    let kept: Vec<_> = executions
        .iter()
        .map(|execution| {
            let held = slots
                .iter_mut()
                .find(|slot| slot.as_ref().is_some_and(|slot| slot.shows(execution)));
            held.and_then(Option::take)
        })
        .collect();
    let mut free = slots.into_iter().flatten();
    let mut any = |execution: &ExecutionSummary| {
        free.next().unwrap_or_else(|| {
            let number = next_number;
            next_number += 1;
            Slot {
                number,
                execution: ArcRwSignal::new(execution.clone()),
            }
        })
    };
    kept.into_iter()
        .zip(executions)
        .map(|(slot, execution)| slot.unwrap_or_else(|| any(execution)).show(execution))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Status;

    fn execution(id: &str) -> ExecutionSummary {
        ExecutionSummary {
            status: Status::Running,
            ..ExecutionSummary::example(id.parse().unwrap(), "agent_a".parse().unwrap())
        }
    }

    fn show(slots: Vec<Slot>, ids: &str) -> Vec<Slot> {
        let executions: Vec<_> = ids
            .split(' ')
            .filter(|id| !id.is_empty())
            .map(execution)
            .collect();
        let slots = assign(slots, &executions);
        let shown: Vec<_> = slots.iter().map(|slot| slot.execution.get_untracked()).collect();
        assert_eq!(shown, executions);
        slots
    }

    fn numbers(slots: &[Slot]) -> Vec<usize> {
        slots.iter().map(|slot| slot.number).collect()
    }

    #[test]
    fn a_new_execution_gets_the_place_of_the_one_that_went() {
        let slots = show(Vec::new(), "c b a");
        assert_eq!(numbers(&slots), [0, 1, 2]);
        let slots = show(slots, "d c b");
        assert_eq!(numbers(&slots), [2, 0, 1]);
        let slots = show(slots, "g f e");
        assert_eq!(numbers(&slots), [2, 0, 1], "another page needs no other places");
    }

    #[test]
    fn places_are_given_up_and_made_as_the_page_needs_them() {
        let slots = show(show(Vec::new(), "d c b a"), "c");
        assert_eq!(numbers(&slots), [1]);
        let slots = show(slots, "e c b");
        assert_eq!(numbers(&slots), [2, 1, 3]);
        assert_eq!(numbers(&show(slots, "")), [] as [usize; 0]);
    }

    #[test]
    fn what_became_of_an_execution_is_shown_in_its_place() {
        let slots = show(Vec::new(), "b a");
        let mut ended = execution("a");
        ended.status = Status::Success;
        let slots = assign(slots, &[execution("b"), ended.clone()]);
        assert_eq!(numbers(&slots), [0, 1]);
        assert_eq!(slots[1].execution.get_untracked(), ended);
    }
}
