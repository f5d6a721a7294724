use super::{account, configuration_set, email_identity, event_destination, identity_attributes, set_options, tag};
use crate::sandbox::operation::operations;

operations! { aws_sdk_sesv2:
    get_account GetAccountInput Reads account::get;
    create_email_identity CreateEmailIdentityInput Writes email_identity::create;
    get_email_identity GetEmailIdentityInput Reads email_identity::get;
    list_email_identities ListEmailIdentitiesInput Reads email_identity::list;
    delete_email_identity DeleteEmailIdentityInput Writes email_identity::delete;
    put_email_identity_configuration_set_attributes PutEmailIdentityConfigurationSetAttributesInput Writes identity_attributes::put_configuration_set;
    put_email_identity_dkim_attributes PutEmailIdentityDkimAttributesInput Writes identity_attributes::put_dkim;
    put_email_identity_dkim_signing_attributes PutEmailIdentityDkimSigningAttributesInput Writes identity_attributes::put_dkim_signing;
    put_email_identity_mail_from_attributes PutEmailIdentityMailFromAttributesInput Writes identity_attributes::put_mail_from;
    create_configuration_set CreateConfigurationSetInput Writes configuration_set::create;
    get_configuration_set GetConfigurationSetInput Reads configuration_set::get;
    list_configuration_sets ListConfigurationSetsInput Reads configuration_set::list;
    delete_configuration_set DeleteConfigurationSetInput Writes configuration_set::delete;
    put_configuration_set_delivery_options PutConfigurationSetDeliveryOptionsInput Writes set_options::put_delivery;
    put_configuration_set_reputation_options PutConfigurationSetReputationOptionsInput Writes set_options::put_reputation;
    put_configuration_set_sending_options PutConfigurationSetSendingOptionsInput Writes set_options::put_sending;
    put_configuration_set_suppression_options PutConfigurationSetSuppressionOptionsInput Writes set_options::put_suppression;
    create_configuration_set_event_destination CreateConfigurationSetEventDestinationInput Writes event_destination::create;
    update_configuration_set_event_destination UpdateConfigurationSetEventDestinationInput Writes event_destination::update;
    delete_configuration_set_event_destination DeleteConfigurationSetEventDestinationInput Writes event_destination::delete;
    get_configuration_set_event_destinations GetConfigurationSetEventDestinationsInput Reads event_destination::list;
    tag_resource TagResourceInput Writes tag::write;
    untag_resource UntagResourceInput Writes tag::remove;
    list_tags_for_resource ListTagsForResourceInput Reads tag::list;
}
