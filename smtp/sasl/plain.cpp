// PLAIN, the server's side: authzid NUL authcid NUL password (RFC 4616 §2).
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class Plain : public Exchange {
public:
    explicit Plain(const Context& context) : users_(context.users) {}
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        std::string_view rest = *response;
        if (std::ranges::count(rest, '\0') != 2) return {Verdict::malformed, {}};
        const std::string_view other = take(rest, '\0');
        user_ = take(rest, '\0');
        if (user_.empty() || rest.empty()) return {Verdict::malformed, {}};
        const bool own_name = other.empty() || other == user_;
        return accept_if(own_name && is_password(users_, user_, rest));
    }

private:
    const Users& users_;
};

} // namespace

std::unique_ptr<Exchange> begin_plain(const Context& context) {
    return std::make_unique<Plain>(context);
}

} // namespace smtpsim::sasl
