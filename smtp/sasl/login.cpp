// LOGIN, the server's side: asks for the name, then for the password
// (draft-murchison-sasl-login-00).
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class Login : public Exchange {
public:
    explicit Login(const Context& context) : users_(context.users) {}
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, "Username:"};
        if (!named_) {
            named_ = true;
            user_ = *response;
            return {Verdict::challenge, "Password:"};
        }
        return accept_if(is_password(users_, user_, *response));
    }

private:
    const Users& users_;
    bool named_ = false;
};

} // namespace

std::unique_ptr<Exchange> begin_login(const Context& context) {
    return std::make_unique<Login>(context);
}

} // namespace smtpsim::sasl
