// SCRAM, the server's side (RFC 5802 §3, §5).
#include "core/base64.hpp"
#include "smtp/sasl/mechanism_exchange.hpp"

namespace smtpsim::sasl {
namespace {

constexpr int rounds = 4096; // the least that RFC 5802 §5.1 allows
constexpr std::size_t salt_octets = 16;

/// The value of "x=value" in a list with commas, or nullopt.
std::optional<std::string_view> attribute(std::string_view message, char name) {
    while (!message.empty()) {
        const std::size_t comma = message.find(',');
        const std::string_view part = message.substr(0, comma);
        if (part.size() >= 2 && part[0] == name && part[1] == '=') return part.substr(2);
        message.remove_prefix(comma == std::string_view::npos ? message.size() : comma + 1);
    }
    return std::nullopt;
}

/// "=2C" and "=3D" stand for comma and equals sign (RFC 5802 §5.1). nullopt: another "=".
std::optional<std::string> unescaped(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '=') {
            out += name[i];
            continue;
        }
        const std::string_view code = name.substr(i + 1, 2);
        if (code != "2C" && code != "3D") return std::nullopt;
        out += code == "2C" ? ',' : '=';
        i += 2;
    }
    return out;
}

class Scram : public Exchange {
public:
    Scram(const Context& context, Hash hash, bool plus)
        : users_(context.users), host_(context.host), nonce_(context.nonce), salt_(context.salt),
          hash_(hash), plus_(plus), offers_binding_(context.offers_binding) {
        if (context.channel != nullptr) bindings_ = context.channel->bindings;
    }

    Step next(std::optional<std::string_view> response) override {
        if (!response) return {Verdict::challenge, {}};
        switch (state_) {
        case State::first: return first(*response);
        case State::final: return final(*response);
        case State::shown: break;
        }
        return {response->empty() ? Verdict::accepted : Verdict::malformed, {}};
    }

private:
    enum class State : std::uint8_t { first, final, shown };

    Step first(std::string_view message) { // n,,n=user,r=nonce
        const std::size_t one = message.find(',');
        const std::size_t two = one == std::string_view::npos ? one : message.find(',', one + 1);
        if (two == std::string_view::npos) return {Verdict::malformed, {}};
        header_ = message.substr(0, two + 1);
        first_bare_ = message.substr(two + 1);
        if (const auto refusal = judge_binding(message.substr(0, one))) return {*refusal, {}};
        const auto name = attribute(first_bare_, 'n');
        const auto nonce = attribute(first_bare_, 'r');
        const auto user = name ? unescaped(*name) : std::nullopt;
        if (!user || user->empty() || !nonce || nonce->empty() || first_bare_.starts_with("m="))
            return {Verdict::malformed, {}};
        user_ = *user;
        nonce_.insert(0, *nonce);
        const std::string_view other = message.substr(one + 1, two - one - 1);
        allowed_ =
            other.empty() || (other.starts_with("a=") && unescaped(other.substr(2)) == user_);
        if (salt_.empty())
            salt_ = digest(Hash::sha256, host_ + '\0' + user_).substr(0, salt_octets);
        server_first_ = "r=" + nonce_ + ",s=" + base64(salt_) + ",i=" + std::to_string(rounds);
        state_ = State::final;
        return {Verdict::challenge, server_first_};
    }

    /// `flag`: gs2-cbind-flag, "n", "y" or "p=name" (RFC 5802 §6). nullopt: nothing against it;
    /// then header_ has the channel's octets.
    std::optional<Verdict> judge_binding(std::string_view flag) {
        if (flag.starts_with("p=")) {
            const auto binding = bindings_.find(flag.substr(2));
            if (!plus_ || binding == bindings_.end()) return Verdict::denied;
            header_ += binding->second;
            return std::nullopt;
        }
        // "y": it saw no -PLUS on a list that has one.
        if (plus_ || (flag == "y" && offers_binding_)) return Verdict::denied;
        if (flag != "n" && flag != "y") return Verdict::malformed;
        return std::nullopt;
    }

    Step final(std::string_view message) { // c=biws,r=nonce,p=proof
        const std::size_t proof_at = message.rfind(",p=");
        if (proof_at == std::string_view::npos) return {Verdict::malformed, {}};
        const std::string_view without_proof = message.substr(0, proof_at);
        const auto proof = parse_base64(message.substr(proof_at + 3));
        const auto binding = attribute(without_proof, 'c');
        if (!proof || !binding) return {Verdict::malformed, {}};
        const auto found = users_.find(user_);
        if (!allowed_ || found == users_.end() || attribute(without_proof, 'r') != nonce_ ||
            parse_base64(*binding) != header_)
            return {Verdict::denied, {}};
        const std::string salted = stretched(hash_, found->second, salt_, rounds);
        const std::string client_key = hmac(hash_, salted, "Client Key");
        const std::string messages =
            first_bare_ + ',' + server_first_ + ',' + std::string(without_proof);
        const std::string signature = hmac(hash_, digest(hash_, client_key), messages);
        if (proof->size() != signature.size() || exclusive_or(client_key, signature) != *proof)
            return {Verdict::denied, {}};
        state_ = State::shown;
        return {Verdict::challenge,
                "v=" + base64(hmac(hash_, hmac(hash_, salted, "Server Key"), messages))};
    }

    const Users& users_;
    std::string host_, nonce_, salt_, header_, first_bare_, server_first_;
    std::map<std::string, std::string, std::less<>> bindings_;
    Hash hash_;
    bool plus_, offers_binding_;
    bool allowed_ = true;
    State state_ = State::first;
};

} // namespace

std::unique_ptr<Exchange> begin_scram(const Context& context, Hash hash, bool plus) {
    return std::make_unique<Scram>(context, hash, plus);
}

} // namespace smtpsim::sasl
