//! Programs that show an API key.

use crate::{Error, Service, Visitor, clock};
use domain::{ApiKey, ApiKeyToken, OrganizationId};
use store::KeyCheck;

impl Service {
    /// Whose key that is. A use of it is noted; one that does not work is told to its organization.
    ///
    /// # Errors
    /// `UnknownKey` and `KeyRefused`.
    pub async fn authenticate(
        &self,
        visitor: &Visitor,
        token: &str,
    ) -> Result<(OrganizationId, Box<ApiKey>), Error> {
        let now = clock::now();
        let token: ApiKeyToken = token.parse().map_err(|()| Error::UnknownKey)?;
        match self.store.authenticate(&token, now).await? {
            KeyCheck::Valid(organization, key) => {
                let from = visitor.ip_address;
                self.store.note_key_use(organization, &key.api_key_id, from, now);
                Ok((organization, key))
            }
            KeyCheck::Refused(organization, key, why) => {
                self.tell_refused_key(organization, key, why, visitor);
                Err(Error::KeyRefused(why))
            }
            KeyCheck::Unknown => Err(Error::UnknownKey),
        }
    }
}
