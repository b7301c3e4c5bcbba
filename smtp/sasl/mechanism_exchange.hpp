// How each mechanism begins, and what they share. For the files of the mechanisms and exchange.cpp;
// others call begin().
#pragma once

#include "smtp/sasl/exchange.hpp"
#include "smtp/sasl/hash.hpp"

namespace smtpsim::sasl {

std::unique_ptr<Exchange> begin_plain(const Context& context);
std::unique_ptr<Exchange> begin_login(const Context& context);
std::unique_ptr<Exchange> begin_cram_md5(const Context& context);
std::unique_ptr<Exchange> begin_digest_md5(const Context& context);
/// `plus`: the client must bind its proof to the TLS channel (RFC 5802 §6).
std::unique_ptr<Exchange> begin_scram(const Context& context, Hash hash, bool plus);
/// `has_gs2_header`: OAUTHBEARER, else XOAUTH2.
std::unique_ptr<Exchange> begin_oauth_bearer(const Context& context, bool has_gs2_header);
std::unique_ptr<Exchange> begin_external(const Context& context);
std::unique_ptr<Exchange> begin_anonymous();

/// The end of an exchange: accepted or denied.
Step accept_if(bool right);

/// Without users every name and password is right.
bool is_password(const Users& users, std::string_view user, std::string_view password);

/// Takes what is before the first `end` off `rest`, and `end` with it; all of it where there is
/// none.
std::string_view take(std::string_view& rest, char end);

} // namespace smtpsim::sasl
