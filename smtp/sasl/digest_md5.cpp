// DIGEST-MD5, the server's side, quality of protection "auth" (RFC 2831 §2.1).
#include "core/text.hpp"
#include "smtp/sasl/hash.hpp"
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

/// Takes the value at the front of `text`, quoted or not, and the comma after it.
std::optional<std::string> take_value(std::string_view& text) {
    if (!text.starts_with('"')) return std::string(take(text, ','));
    std::string value;
    text.remove_prefix(1);
    while (!text.empty() && text.front() != '"') {
        if (text.front() == '\\') text.remove_prefix(1);
        if (text.empty()) break;
        value += text.front();
        text.remove_prefix(1);
    }
    if (text.empty()) return std::nullopt;
    text.remove_prefix(1);
    take(text, ',');
    return value;
}

/// name=value and name="quoted value", commas between (RFC 2831 §7.1).
std::optional<Fields> parse_fields(std::string_view text) {
    Fields out;
    while (!text.empty()) {
        const std::string name = lower(take(text, '='));
        if (name.empty()) return std::nullopt;
        auto value = take_value(text);
        if (!value) return std::nullopt;
        while (text.starts_with(' ')) text.remove_prefix(1);
        out[name] = *std::move(value);
    }
    return out;
}

class DigestMd5 : public Exchange {
public:
    explicit DigestMd5(const Context& context)
        : users_(context.users), host_(context.host), nonce_(context.nonce) {}
    Step next(std::optional<std::string_view> response) override {
        if (proven_) return accept_if(true); // the client has seen our proof
        if (!response)
            return {Verdict::challenge, "realm=\"" + host_ + "\",nonce=\"" + nonce_ +
                                            "\",qop=\"auth\",algorithm=md5-sess,charset=utf-8"};
        auto fields = parse_fields(*response);
        if (!fields) return {Verdict::malformed, {}};
        fields_ = *std::move(fields);
        user_ = field("username");
        const std::string proof = field("response");
        if (user_.empty() || proof.size() != 32 || field("cnonce").empty() ||
            field("digest-uri").empty())
            return {Verdict::malformed, {}};
        const auto found = users_.find(user_);
        if (found == users_.end() || field("nonce") != nonce_ || field("nc") != "00000001")
            return accept_if(false);
        if (proof_with(found->second, "AUTHENTICATE") != proof) return accept_if(false);
        proven_ = true;
        return {Verdict::challenge, "rspauth=" + proof_with(found->second, "")};
    }

private:
    std::string field(std::string_view name) const {
        const auto found = fields_.find(name);
        return found == fields_.end() ? std::string() : found->second;
    }

    /// response-value of RFC 2831 §2.1.2.1, with "AUTHENTICATE"; of §2.1.3, with "".
    std::string proof_with(std::string_view password, std::string_view method) const {
        std::string a1 =
            digest(Hash::md5, user_ + ':' + field("realm") + ':' + std::string(password)) + ':' +
            nonce_ + ':' + field("cnonce");
        if (const std::string other = field("authzid"); !other.empty()) a1 += ':' + other;
        const std::string a2 = std::string(method) + ':' + field("digest-uri");
        return hex(digest(Hash::md5, hex(digest(Hash::md5, a1)) + ':' + nonce_ + ":00000001:" +
                                         field("cnonce") + ":auth:" + hex(digest(Hash::md5, a2))));
    }

    const Users& users_;
    std::string host_, nonce_;
    Fields fields_; // of the client's response
    bool proven_ = false;
};

} // namespace

std::unique_ptr<Exchange> begin_digest_md5(const Context& context) {
    return std::make_unique<DigestMd5>(context);
}

} // namespace smtpsim::sasl
