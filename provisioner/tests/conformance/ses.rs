use aws_sdk_sesv2::types::{
    CloudWatchDestination, CloudWatchDimensionConfiguration, DimensionValueSource, EventDestinationDefinition, EventType, Tag,
};

use super::services::{Clients, service_facts};
use super::*;

async fn make_identity(clients: &Clients) {
    clients.ses.create_email_identity().email_identity("emm.example.com").send().await.unwrap();
}

async fn make_set(clients: &Clients) {
    clients.ses.create_configuration_set().configuration_set_name("alerts").send().await.unwrap();
}

fn events(types: &[EventType]) -> EventDestinationDefinition {
    let dimension = CloudWatchDimensionConfiguration::builder()
        .dimension_name("ses:configuration-set")
        .dimension_value_source(DimensionValueSource::MessageTag)
        .default_dimension_value("alerts")
        .build()
        .unwrap();
    let watch = CloudWatchDestination::builder().dimension_configurations(dimension).build().unwrap();
    EventDestinationDefinition::builder()
        .enabled(true)
        .set_matching_event_types(Some(types.to_vec()))
        .cloud_watch_destination(watch)
        .build()
}

service_facts! {
    /// SES API v2 Reference, CreateEmailIdentity: AlreadyExistsException.
    #[emulator("makes it again")]
    async fn a_domain_is_made_once(clients) {
        make_identity(&clients).await;
        let again = clients.ses.create_email_identity().email_identity("emm.example.com");
        assert_eq!(code(again.send().await), "AlreadyExistsException");
    }

    /// SES Developer Guide, "Easy DKIM in Amazon SES": three tokens, and PENDING until the records are found.
    #[emulator("verifies every domain at once")]
    async fn a_domain_has_three_tokens_and_waits_for_its_records(clients) {
        make_identity(&clients).await;
        let found = clients.ses.get_email_identity().email_identity("emm.example.com").send().await.unwrap();
        let dkim = found.dkim_attributes().unwrap();
        assert_eq!((dkim.tokens().len(), dkim.status().unwrap().as_str()), (3, "PENDING"));
        assert!(!found.verified_for_sending_status());
    }

    /// SES API v2 Reference, GetEmailIdentity, DeleteEmailIdentity: NotFoundException.
    #[emulator("deletes what is not there")]
    async fn a_domain_that_is_not_there_is_not_found(clients) {
        assert_eq!(code(clients.ses.get_email_identity().email_identity("none.example.com").send().await), "NotFoundException");
        assert_eq!(code(clients.ses.delete_email_identity().email_identity("none.example.com").send().await), "NotFoundException");
    }

    /// SES API v2 Reference, GetEmailIdentity: tags come with the identity.
    async fn the_tags_of_a_domain_come_with_it(clients) {
        let tag = Tag::builder().key("provision:env").value("prod").build().unwrap();
        clients.ses.create_email_identity().email_identity("emm.example.com").tags(tag).send().await.unwrap();
        let found = clients.ses.get_email_identity().email_identity("emm.example.com").send().await.unwrap();
        assert_eq!(found.tags()[0].value(), "prod");
    }

    /// SES API v2 Reference, PutEmailIdentityMailFromAttributes: the domain is one below the identity's.
    #[emulator("takes any MAIL FROM domain")]
    async fn bounces_return_below_the_domain(clients) {
        make_identity(&clients).await;
        let put = |domain: &str| clients.ses.put_email_identity_mail_from_attributes().email_identity("emm.example.com").mail_from_domain(domain);
        assert_eq!(code(put("bounce.example.org").send().await), "BadRequestException");
        assert_eq!(code(put("bounce.emm.example.com").send().await), "success");
    }

    /// SES API v2 Reference, CreateConfigurationSet: AlreadyExistsException; GetConfigurationSet: NotFoundException.
    async fn a_set_is_made_once(clients) {
        assert_eq!(code(clients.ses.get_configuration_set().configuration_set_name("alerts").send().await), "NotFoundException");
        make_set(&clients).await;
        let again = clients.ses.create_configuration_set().configuration_set_name("alerts");
        assert_eq!(code(again.send().await), "AlreadyExistsException");
    }

    /// SES API v2 Reference, CreateConfigurationSet: names have letters, digits, dashes and underscores.
    #[emulator("takes any name")]
    async fn the_name_of_a_set_has_no_dots(clients) {
        let create = clients.ses.create_configuration_set().configuration_set_name("acme.alerts");
        assert_eq!(code(create.send().await), "BadRequestException");
    }

    /// SES API v2 Reference, CreateConfigurationSetEventDestination: AlreadyExistsException.
    async fn an_event_destination_is_made_once_and_then_updated(clients) {
        make_set(&clients).await;
        let create = || clients.ses.create_configuration_set_event_destination().configuration_set_name("alerts");
        let create = || create().event_destination_name("cloudwatch").event_destination(events(&[EventType::Bounce]));
        create().send().await.unwrap();
        assert_eq!(code(create().send().await), "AlreadyExistsException");
        let update = clients.ses.update_configuration_set_event_destination().configuration_set_name("alerts");
        let both = events(&[EventType::Bounce, EventType::Complaint]);
        update.event_destination_name("cloudwatch").event_destination(both).send().await.unwrap();
        let found = clients.ses.get_configuration_set_event_destinations().configuration_set_name("alerts").send().await.unwrap();
        assert_eq!(found.event_destinations()[0].matching_event_types().len(), 2);
    }
}
