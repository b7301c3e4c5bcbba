#include "smtp/sasl/exchange.hpp"

#include "core/text.hpp"
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {

Step accept_if(bool right) { return {right ? Verdict::accepted : Verdict::denied, {}}; }

bool is_password(const Users& users, std::string_view user, std::string_view password) {
    if (users.empty()) return true;
    const auto found = users.find(user);
    return found != users.end() && found->second == password;
}

std::string_view take(std::string_view& rest, char end) {
    const std::size_t at = rest.find(end);
    const std::string_view out = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return out;
}

std::optional<Mechanism> mechanism_named(std::string_view name) {
    for (const MechanismRow& entry : mechanism_table)
        if (equal_ignoring_case(entry.name, name)) return entry.mechanism;
    return std::nullopt;
}

std::unique_ptr<Exchange> begin(Mechanism mechanism, const Context& context) {
    switch (mechanism) {
    case Mechanism::plain: return begin_plain(context);
    case Mechanism::login: return begin_login(context);
    case Mechanism::cram_md5: return begin_cram_md5(context);
    case Mechanism::digest_md5: return begin_digest_md5(context);
    case Mechanism::scram_sha_1: return begin_scram(context, Hash::sha1, false);
    case Mechanism::scram_sha_1_plus: return begin_scram(context, Hash::sha1, true);
    case Mechanism::scram_sha_256: return begin_scram(context, Hash::sha256, false);
    case Mechanism::scram_sha_256_plus: return begin_scram(context, Hash::sha256, true);
    case Mechanism::xoauth2: return begin_oauth_bearer(context, false);
    case Mechanism::oauthbearer: return begin_oauth_bearer(context, true);
    case Mechanism::external: return begin_external(context);
    case Mechanism::anonymous: break;
    }
    return begin_anonymous();
}

} // namespace smtpsim::sasl
