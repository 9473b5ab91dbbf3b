//! `/settings/organization`: what holds for everybody in the organization.

mod deletion;
mod erasure;
mod retention;
mod tasks;

use crate::{
    clock::follow,
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
    },
    data::{
        organization::{LetDeletionGoOn, OrganizationSettings, SetRetention, SetTimeZone, load_organization},
        viewer::ViewerResource,
    },
    text,
};
use deletion::DeletionForm;
use erasure::ErasureForm;
use leptos::prelude::*;
use leptos_meta::Title;
use retention::RetentionForm;
use tasks::Tasks;

/// Shows the settings and changes them.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    let set = ServerAction::<SetTimeZone>::new();
    let set_retention = ServerAction::<SetRetention>::new();
    let go_on = ServerAction::<LetDeletionGoOn>::new();
    let settings = Resource::new_blocking(
        move || {
            (
                set.version().get(),
                set_retention.version().get(),
                go_on.version().get(),
            )
        },
        |_| load_organization(),
    );
    let saved = Memo::new(move |_| set.value().with(|value| matches!(value, Some(Ok(())))));
    let viewer = use_context::<ViewerResource>();
    Effect::new(move || {
        // Other pages tell their times in the new zone.
        let again = set.version().get() > 0 && saved.get_untracked();
        if let Some(viewer) = viewer.filter(|_| again) {
            viewer.refetch();
        }
    });
    let pending = RwSignal::new(false);
    let content = move |settings: Memo<OrganizationSettings>| {
        follow(move || settings.with(|settings| settings.now));
        let zone = move || settings.with(|settings| settings.time_zone.clone());
        // The list of zones never changes: it is built once.
        let zones = settings.with_untracked(|settings| settings.time_zones.clone());
        view! {
            <div class="head">
                <h1>{text::settings::ORGANIZATION}</h1>
            </div>
            <SettingsTabs/>
            <div class="box">
                <h2>{move || settings.with(|settings| settings.name.clone())}</h2>
                <ActionForm action=set>
                    <label class="field">
                        <span>{text::settings::TIME_ZONE}</span>
                        <input
                            name="time_zone"
                            list="time-zones"
                            value=zone
                            prop:value=zone
                            maxlength="60"
                            autocomplete="off"
                            spellcheck="false"
                            required
                        />
                        <small>{text::settings::TIME_ZONE_WORDS}</small>
                    </label>
                    <datalist id="time-zones">
                        {zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
                    </datalist>
                    {form_failure(move || set.value().get())}
                    <p role="status">{move || saved.get().then_some(text::settings::SAVED)}</p>
                    <button class="control primary" disabled=move || set.pending().get()>
                        {text::settings::SAVE}
                    </button>
                </ActionForm>
            </div>
            <RetentionForm settings set=set_retention go_on/>
        }
    };
    view! {
        <Title text=text::settings::ORGANIZATION/>
        {loaded(settings, pending, table_placeholder, content)}
        <ErasureForm/>
        <Tasks/>
        <DeletionForm settings/>
    }
}
