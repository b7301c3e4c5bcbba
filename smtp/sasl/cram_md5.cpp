// CRAM-MD5, the server's side (RFC 2195 §2): a challenge, then the name and the keyed hash of the
// challenge, the key being the password.
#include "core/text.hpp"
#include "smtp/sasl/hash.hpp"
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

class CramMd5 : public Exchange {
public:
    explicit CramMd5(const Context& context)
        : users_(context.users),
          challenge_('<' + context.nonce + '@' + std::string(context.host) + '>') {}
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, challenge_};
        const std::size_t space = response->rfind(' ');
        if (space == std::string_view::npos) return {Verdict::malformed, {}};
        user_ = response->substr(0, space);
        const auto found = users_.find(user_);
        return accept_if(found != users_.end() && hex(hmac(Hash::md5, found->second, challenge_)) ==
                                                      lower(response->substr(space + 1)));
    }

private:
    const Users& users_;
    std::string challenge_;
};

} // namespace

std::unique_ptr<Exchange> begin_cram_md5(const Context& context) {
    return std::make_unique<CramMd5>(context);
}

} // namespace smtpsim::sasl
