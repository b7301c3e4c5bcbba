// XOAUTH2 and OAUTHBEARER, the server's side: a token, and where that is wrong an error as JSON
// that the client must answer (Google, OAuth 2.0 Mechanism; RFC 7628 §3.2.3).
#include "core/text.hpp"
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class Bearer : public Exchange {
public:
    Bearer(const Context& context, bool has_gs2_header)
        : users_(context.users), has_gs2_header_(has_gs2_header) {}
    Step next(std::optional<std::string_view> response) override {
        if (refused_) return accept_if(false);
        if (!response) return {Verdict::challenge, {}};
        std::string_view rest = *response;
        if (has_gs2_header_) { // n,a=user@example.com,^A: RFC 7628 §3.1
            std::string_view header = take(rest, '\1');
            take(header, ',');
            if (header.starts_with("a=")) user_ = header.substr(2, header.find(',') - 2);
        }
        std::string token;
        while (!rest.empty()) {
            const std::string_view field = take(rest, '\1');
            if (field.starts_with("user=")) user_ = field.substr(5);
            const std::string_view bearer = "auth=bearer ";
            if (equal_ignoring_case(field.substr(0, bearer.size()), bearer))
                token = field.substr(bearer.size());
        }
        if (token.empty()) return {Verdict::malformed, {}};
        if (is_token(token)) return accept_if(true);
        refused_ = true;
        return {Verdict::challenge,
                R"({"status":"invalid_token","schemes":"bearer","scope":"mail"})"};
    }

private:
    /// RFC 7628 §3.1 lets the name be left out: then the token says who it is.
    bool is_token(std::string_view token) {
        if (users_.empty()) return true;
        if (!user_.empty()) return is_password(users_, user_, token);
        const auto owner = std::ranges::find(users_, token, &Users::value_type::second);
        if (owner != users_.end()) user_ = owner->first;
        return owner != users_.end();
    }

    const Users& users_;
    bool has_gs2_header_;
    bool refused_ = false;
};

} // namespace

std::unique_ptr<Exchange> begin_oauth_bearer(const Context& context, bool has_gs2_header) {
    return std::make_unique<Bearer>(context, has_gs2_header);
}

} // namespace smtpsim::sasl
