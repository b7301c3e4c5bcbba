#include "smtp/sasl/exchange.hpp"

#include "core/text.hpp"
#include "smtp/sasl/digest.hpp"
#include "smtp/sasl/scram.hpp"

namespace smtpsim::sasl {
namespace {

Step accept_if(bool right) { return {right ? Verdict::accepted : Verdict::denied, {}}; }

bool is_password(const Users& users, std::string_view user, std::string_view password) {
    if (users.empty()) return true;
    const auto found = users.find(user);
    return found != users.end() && found->second == password;
}

/// Takes what is before the first `end` off `rest`; all of it where there is none.
std::string_view take(std::string_view& rest, char end) {
    const std::size_t at = rest.find(end);
    const std::string_view out = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return out;
}

class Plain : public Exchange { // authzid NUL authcid NUL password: RFC 4616 §2
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

class DigestMd5 : public Exchange {
public:
    explicit DigestMd5(const Context& context)
        : users_(context.users), host_(context.host), nonce_(context.nonce) {}
    Step next(std::optional<std::string_view> response) override {
        if (proven_) return accept_if(true); // the client has seen our proof
        if (!response)
            return {Verdict::challenge, "realm=\"" + host_ + "\",nonce=\"" + nonce_ +
                                            "\",qop=\"auth\",algorithm=md5-sess,charset=utf-8"};
        const auto fields = parse(*response);
        if (!fields) return {Verdict::malformed, {}};
        const auto field = [&](std::string_view name) {
            const auto found = fields->find(name);
            return found == fields->end() ? std::string() : found->second;
        };
        user_ = field("username");
        const std::string proof = field("response");
        if (user_.empty() || proof.size() != 32 || field("cnonce").empty() ||
            field("digest-uri").empty())
            return {Verdict::malformed, {}};
        const auto found = users_.find(user_);
        if (found == users_.end() || field("nonce") != nonce_ || field("nc") != "00000001")
            return accept_if(false);
        std::string a1 = digest(Hash::md5, user_ + ':' + field("realm") + ':' + found->second) +
                         ':' + nonce_ + ':' + field("cnonce");
        if (const std::string other = field("authzid"); !other.empty()) a1 += ':' + other;
        const auto proof_with = [&](std::string_view method) {
            const std::string a2 = std::string(method) + ':' + field("digest-uri");
            return hex(digest(Hash::md5, hex(digest(Hash::md5, a1)) + ':' + nonce_ +
                                             ":00000001:" + field("cnonce") +
                                             ":auth:" + hex(digest(Hash::md5, a2))));
        };
        if (proof_with("AUTHENTICATE") != proof) return accept_if(false);
        proven_ = true;
        return {Verdict::challenge, "rspauth=" + proof_with("")};
    }

private:
    using Fields = std::map<std::string, std::string, std::less<>>;

    /// name=value and name="quoted value", commas between (RFC 2831 §7.1).
    static std::optional<Fields> parse(std::string_view text) {
        Fields out;
        while (!text.empty()) {
            const std::string name = lower(take(text, '='));
            if (name.empty()) return std::nullopt;
            std::string value;
            if (text.starts_with('"')) {
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
            } else {
                value = take(text, ',');
            }
            while (text.starts_with(' ')) text.remove_prefix(1);
            out[name] = std::move(value);
        }
        return out;
    }

    const Users& users_;
    std::string host_, nonce_;
    bool proven_ = false;
};

/// XOAUTH2 and OAUTHBEARER: a token, and an error as JSON that the client must answer.
class Bearer : public Exchange {
public:
    Bearer(const Context& context, bool has_gs2_header)
        : users_(context.users), has_gs2_header_(has_gs2_header) {}
    Step next(std::optional<std::string_view> response) override {
        if (told_) return accept_if(false);
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
        told_ = true;
        return {Verdict::challenge,
                R"({"status":"invalid_token","schemes":"bearer","scope":"mail"})"};
    }

private:
    /// RFC 7628 §3.1 lets the name be left out: then the token tells who it is.
    bool is_token(std::string_view token) {
        if (users_.empty()) return true;
        if (!user_.empty()) return is_password(users_, user_, token);
        const auto owner = std::ranges::find(users_, token, &Users::value_type::second);
        if (owner != users_.end()) user_ = owner->first;
        return owner != users_.end();
    }

    const Users& users_;
    bool has_gs2_header_;
    bool told_ = false;
};

class External : public Exchange {
public:
    explicit External(const Context& context)
        : certificate_name_(context.channel == nullptr ? "" : context.channel->certificate_name) {}
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        user_ = response->empty() ? certificate_name_ : std::string(*response);
        return accept_if(!certificate_name_.empty() && user_ == certificate_name_);
    }

private:
    std::string certificate_name_;
};

class Anonymous : public Exchange {
public:
    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        user_ = "anonymous";
        return accept_if(true);
    }
};

} // namespace

std::optional<Mechanism> mechanism_named(std::string_view name) {
    for (const MechanismRow& entry : mechanism_table)
        if (equal_ignoring_case(entry.name, name)) return entry.mechanism;
    return std::nullopt;
}

std::unique_ptr<Exchange> begin(Mechanism mechanism, const Context& context) {
    switch (mechanism) {
    case Mechanism::plain: return std::make_unique<Plain>(context);
    case Mechanism::login: return std::make_unique<Login>(context);
    case Mechanism::cram_md5: return std::make_unique<CramMd5>(context);
    case Mechanism::digest_md5: return std::make_unique<DigestMd5>(context);
    case Mechanism::scram_sha_1: return begin_scram(context, Hash::sha1, false);
    case Mechanism::scram_sha_1_plus: return begin_scram(context, Hash::sha1, true);
    case Mechanism::scram_sha_256: return begin_scram(context, Hash::sha256, false);
    case Mechanism::scram_sha_256_plus: return begin_scram(context, Hash::sha256, true);
    case Mechanism::xoauth2: return std::make_unique<Bearer>(context, false);
    case Mechanism::oauthbearer: return std::make_unique<Bearer>(context, true);
    case Mechanism::external: return std::make_unique<External>(context);
    case Mechanism::anonymous: break;
    }
    return std::make_unique<Anonymous>();
}

} // namespace smtpsim::sasl
