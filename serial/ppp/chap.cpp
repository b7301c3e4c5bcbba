// The Challenge Handshake Authentication Protocol: CHAP with MD5 (RFC 1994), MS-CHAP (RFC 2433) and
// MS-CHAP version 2 (RFC 2759). The provider's CHAP Failure messages are here.
#include "core/text.hpp"
#include "serial/ppp/auth_exchange.hpp"
#include "serial/ppp/ms_chap.hpp"
#include "smtp/sasl/hash.hpp"

#include <array>
#include <optional>

namespace smtpsim::ppp {

namespace {

namespace chap { // codes
enum : std::uint8_t { challenge = 1, response, success, failure };
}
enum Algorithm : std::uint8_t { md5 = 5, ms = 0x80, ms_v2 = 0x81 };

constexpr std::size_t md5_size = 16, ms_response_size = 49, nt_size = 24, nt_at = 24;
constexpr std::size_t peer_challenge_size = 16;
constexpr char uses_nt = 1; // RFC 2433 §5: the last octet of a response

struct ErrorRow {
    std::uint64_t number;
    std::string_view text;
};

/// RFC 2433 §6, RFC 2759 §6. The last is what a wrong password gets.
constexpr std::array error_table{
    ErrorRow{646, "Logon hours restricted"}, ErrorRow{647, "Account disabled"},
    ErrorRow{648, "Password expired"},       ErrorRow{649, "No dial-in permission"},
    ErrorRow{709, "Password change failed"}, ErrorRow{691, "Login incorrect"},
};

std::string md5_response(std::uint8_t id, std::string_view password, std::string_view question) {
    std::string all(1, static_cast<char>(id));
    all += password;
    all += question;
    return sasl::digest(sasl::Hash::md5, all);
}

/// A challenge or a response.
struct Value {
    std::string_view value, name;
};

std::optional<Value> parse_value(std::string_view data) {
    if (data.empty()) return std::nullopt;
    const std::size_t size = static_cast<std::uint8_t>(data[0]);
    if (size == 0 || size >= data.size()) return std::nullopt;
    return Value{data.substr(1, size), data.substr(1 + size)};
}

std::string value_data(std::string_view value, std::string_view name) {
    std::string out(1, static_cast<char>(value.size()));
    out += value;
    out += name.substr(0, 255);
    return out;
}

std::string random_octets(std::size_t size, Rng& dice) {
    std::string out;
    while (out.size() < size) out += static_cast<char>(dice.below(256));
    return out;
}

class ChapProvider : public AuthExchange {
public:
    ChapProvider(Algorithm algorithm, Context& context)
        : AuthExchange(protocol::chap, context), algorithm_(algorithm),
          challenge_(random_octets(algorithm == ms ? 8 : 16, context.dice)) {}

    void start(Tick now, Steps& out) override {
        insist(make_packet(chap::challenge, id, value_data(challenge_, context_.settings.name)),
               now, out);
    }

    void receive(const Packet& packet, Tick, Steps& out) override {
        const auto given = parse_value(packet.data);
        if (packet.code != chap::response || packet.id != id || !given) return;
        if (context_.impairments.auth_silent) return hush();
        if (!settled()) judge(*given);
        answer(accepted_,
               make_packet(accepted_ ? chap::success : chap::failure, answer_id(packet.id), reply_),
               out);
    }

private:
    void judge(const Value& given) {
        user_ = given.name;
        const std::string* password = password_of(user_);
        if (!password && algorithm_ != md5) password = password_of(without_domain(user_));
        reply_ = forced_refusal();
        accepted_ = reply_.empty() && has_right_size(given.value) &&
                    (lets_in_anyone() || (password && is_right(given.value, *password)));
        if (accepted_)
            reply_ = success_text(given.value, password ? *password : std::string{});
        else if (algorithm_ != md5 && !context_.impairments.auth_nak)
            reply_ = ms_failure();
        else if (reply_.empty())
            reply_ = "Login incorrect";
    }

    bool has_right_size(std::string_view value) const {
        return value.size() == (algorithm_ == md5 ? md5_size : ms_response_size);
    }

    bool is_right(std::string_view value, std::string_view password) const {
        if (algorithm_ == md5) return value == md5_response(id, password, challenge_);
        return value.substr(nt_at, nt_size) == nt_response(question(value), nt_hash(password)) &&
               (algorithm_ == ms_v2 || value.back() == uses_nt);
    }

    /// The eight octets that a Microsoft client encrypts.
    std::string question(std::string_view value) const {
        if (algorithm_ == ms) return challenge_;
        return challenge_hash(value.substr(0, peer_challenge_size), challenge_,
                              without_domain(user_));
    }

    std::string success_text(std::string_view value, std::string_view password) const {
        if (algorithm_ != ms_v2) return "Welcome";
        return proof_of_password(nt_hash(password), value.substr(nt_at, nt_size),
                                 value.substr(0, peer_challenge_size), challenge_,
                                 without_domain(user_)) +
               " M=Welcome";
    }

    std::string ms_failure() const { // RFC 2433 §6, RFC 2759 §6
        const std::uint64_t error =
            context_.impairments.auth_error.value_or(error_table.back().number);
        std::string out = "E=" + std::to_string(error) + " R=0 C=" + upper_hex(challenge_);
        if (algorithm_ == ms) return out + " V=2";
        out += " V=3";
        for (const ErrorRow& row : error_table)
            if (row.number == error) out.append(" M=").append(row.text);
        return out;
    }

    static constexpr std::uint8_t id = 1;
    Algorithm algorithm_;
    std::string challenge_;
    bool accepted_ = false;
    std::string reply_;
};

class ChapClient : public AuthExchange {
public:
    ChapClient(Algorithm algorithm, Context& context)
        : AuthExchange(protocol::chap, context), algorithm_(algorithm) {
        user_ = context.settings.user;
    }

    void start(Tick now, Steps&) override { wait(now); }

    void receive(const Packet& packet, Tick now, Steps& out) override {
        if (packet.code == chap::challenge) {
            const auto asked = parse_value(packet.data);
            if (!asked) return;
            if (packet.id != id_ || asked->value != asked_) { // not the same one again
                const auto value = response_to(packet.id, asked->value);
                if (!value) return;
                id_ = packet.id;
                asked_ = asked->value;
                response_ = make_packet(chap::response, packet.id, value_data(*value, user_));
            }
            insist(response_, now, out);
        } else if (packet.id == id_ && packet.code == chap::success) {
            const bool proven = packet.data.substr(0, proof_.size()) == proof_;
            settle(proven, "the provider does not know the password", out);
        } else if (packet.id == id_ && packet.code == chap::failure) {
            settle(false, "the login was refused: " + visible(packet.data), out);
        }
    }

private:
    std::optional<std::string> response_to(std::uint8_t id, std::string_view asked) {
        const std::string& password = context_.settings.password;
        if (algorithm_ == md5) return md5_response(id, password, asked);
        if (asked.size() != (algorithm_ == ms ? 8U : 16U)) return std::nullopt;
        const std::string hash = nt_hash(password);
        std::string first(nt_at, '\0');
        if (algorithm_ == ms) return first + nt_response(asked, hash) + uses_nt;
        const std::string own = random_octets(peer_challenge_size, context_.dice);
        const std::string_view name = without_domain(user_);
        const std::string answer = nt_response(challenge_hash(own, asked, name), hash);
        proof_ = proof_of_password(hash, answer, own, asked, name);
        first.replace(0, own.size(), own);
        return first + answer + '\0';
    }

    Algorithm algorithm_;
    std::optional<std::uint8_t> id_; // of the challenge that was answered
    std::string asked_, response_;   // that challenge, the answer to it
    std::string proof_;              // version 2: what the provider must prove
};

} // namespace

std::unique_ptr<AuthExchange> make_chap(std::uint8_t algorithm, Context& context) {
    if (algorithm != md5 && algorithm != ms && algorithm != ms_v2) return nullptr;
    const auto known = static_cast<Algorithm>(algorithm);
    if (context.settings.role == Role::client) return std::make_unique<ChapClient>(known, context);
    return std::make_unique<ChapProvider>(known, context);
}

} // namespace smtpsim::ppp
