// Each mechanism with the example of the document that defines it.
#include "core/base64.hpp"
#include "smtp/sasl/exchange.hpp"
#include "smtp/sasl/hash.hpp"
#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::sasl;
using namespace std::string_literals;

namespace {

const Users jdoe{{"jdoe", "secret"}};

Verdict verdict(Mechanism mechanism, std::string_view response, const Users& users = jdoe) {
    return begin(mechanism, {users, "mail.example.test", "N"})->next(response).verdict;
}

} // namespace

TEST_CASE("Base64 goes both ways") {
    // RFC 4648 §10
    for (const auto& [plain, coded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
        CHECK(base64(plain) == coded);
        CHECK(parse_base64(coded) == plain);
    }
    CHECK(parse_base64(base64("\0\xff\x80"s)) == "\0\xff\x80"s);
    for (const char* bad :
         {"Z", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Zm 9", "Zh==", "!!!!", "Zm9v\r"})
        CHECK_FALSE(parse_base64(bad));
}

TEST_CASE("PLAIN takes a name and a password") {
    CHECK(verdict(Mechanism::plain, "\0jdoe\0secret"s) == Verdict::accepted);
    CHECK(verdict(Mechanism::plain, "jdoe\0jdoe\0secret"s) == Verdict::accepted);
    CHECK(verdict(Mechanism::plain, "root\0jdoe\0secret"s) == Verdict::denied);
    CHECK(verdict(Mechanism::plain, "\0jdoe\0guess"s) == Verdict::denied);
    CHECK(verdict(Mechanism::plain, "\0kim\0secret"s) == Verdict::denied);
    CHECK(verdict(Mechanism::plain, "\0anyone\0anything"s, {}) == Verdict::accepted);
    for (const auto& bad : {""s, "jdoe"s, "\0jdoe"s, "\0\0secret"s, "\0jdoe\0"s, "\0a\0b\0c"s})
        CHECK(verdict(Mechanism::plain, bad) == Verdict::malformed);
}

TEST_CASE("LOGIN asks for a name, then for a password") {
    const auto exchange = begin(Mechanism::login, {jdoe, "h", "N"});
    CHECK(exchange->next(std::nullopt).octets == "Username:");
    CHECK(exchange->next("jdoe").octets == "Password:");
    CHECK(exchange->next("secret").verdict == Verdict::accepted);
    CHECK(exchange->user() == "jdoe");
    const auto other = begin(Mechanism::login, {jdoe, "h", "N"});
    CHECK(other->next("jdoe").octets == "Password:"); // the name as initial response
    CHECK(other->next("no").verdict == Verdict::denied);
}

TEST_CASE("CRAM-MD5 is that of RFC 2195") {
    const Users tim{{"tim", "tanstaaftanstaaf"}};
    const auto exchange =
        begin(Mechanism::cram_md5, {tim, "postoffice.reston.mci.net", "1896.697170952"});
    CHECK(exchange->next(std::nullopt).octets == "<1896.697170952@postoffice.reston.mci.net>");
    CHECK(exchange->next("tim b913a602c7eda7a495b4e6e7334d3890").verdict == Verdict::accepted);
    const auto wrong =
        begin(Mechanism::cram_md5, {tim, "postoffice.reston.mci.net", "1896.697170953"});
    wrong->next(std::nullopt);
    CHECK(wrong->next("tim b913a602c7eda7a495b4e6e7334d3890").verdict == Verdict::denied);
    CHECK(wrong->next("tim").verdict == Verdict::malformed);
}

TEST_CASE("DIGEST-MD5 is that of RFC 2831") {
    const Users chris{{"chris", "secret"}};
    const auto exchange =
        begin(Mechanism::digest_md5, {chris, "elwood.innosoft.com", "OA6MG9tEQGm2hh"});
    CHECK(exchange->next(std::nullopt).octets ==
          "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
          "algorithm=md5-sess,charset=utf-8");
    const std::string response =
        "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\","
        "nc=00000001,cnonce=\"OA6MHXh6VqTrRk\",digest-uri=\"imap/elwood.innosoft.com\","
        "response=d388dad90d4bbd760a152321f2143af7,qop=auth";
    const Step proof = exchange->next(response);
    CHECK(proof.octets == "rspauth=ea40f60335c427b5527b84dbabcdfffd");
    CHECK(exchange->next("").verdict == Verdict::accepted);

    const auto other = begin(Mechanism::digest_md5, {chris, "elwood.innosoft.com", "another"});
    CHECK(other->next(response).verdict == Verdict::denied);
    CHECK(other->next("username=\"chris").verdict == Verdict::malformed);
    CHECK(other->next("").verdict == Verdict::malformed);
}

TEST_CASE("SCRAM-SHA-1 is that of RFC 5802") {
    const Users users{{"user", "pencil"}};
    Context context{users, "h", "3rfcNHYJY1ZVvWVs7j"};
    context.salt = *parse_base64("QSXCR+Q6sek8bf92");
    const auto exchange = begin(Mechanism::scram_sha_1, context);
    CHECK(exchange->next("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL").octets ==
          "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
    CHECK(exchange
              ->next("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")
              .octets == "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    CHECK(exchange->next("").verdict == Verdict::accepted);
    CHECK(exchange->user() == "user");
}

TEST_CASE("SCRAM-SHA-256 is that of RFC 7677") {
    const Users users{{"user", "pencil"}};
    Context context{users, "h", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"};
    context.salt = *parse_base64("W22ZaJ0SNY7soEsUEjb6gQ==");
    const std::string_view final = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                   "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    const auto exchange = begin(Mechanism::scram_sha_256, context);
    CHECK(exchange->next("n,,n=user,r=rOprNGfwEbeRWgbNEkqO").octets ==
          "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    CHECK(exchange->next(final).octets == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");

    SECTION("another's proof is refused") {
        const Users others{{"user", "pen"}};
        Context other{others, "h", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"};
        other.salt = context.salt;
        const auto refusing = begin(Mechanism::scram_sha_256, other);
        refusing->next("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        CHECK(refusing->next(final).verdict == Verdict::denied);
    }
    SECTION("what is no message of it is malformed") {
        for (const char* bad :
             {"", "n", "n,", "n,,", "n,,n=user", "n,,r=x", "n,,n=a=b,r=x", "q,,n=u,r=x"})
            CHECK(begin(Mechanism::scram_sha_256, context)->next(bad).verdict ==
                  Verdict::malformed);
    }
}

TEST_CASE("SCRAM with -PLUS wants the proof bound to the channel") {
    const Users users{{"user", "pencil"}};
    const Channel channel{"", {{"tls-exporter", "thirty-two octets of key material"}}};
    Context context{users, "h", "N", &channel, true};
    const std::string_view unbound = "n,,n=user,r=x", mistaken = "y,,n=user,r=x",
                           bound = "p=tls-exporter,,n=user,r=x", other = "p=tls-unique,,n=user,r=x";
    const auto first = [&](Mechanism mechanism, std::string_view message) {
        return begin(mechanism, context)->next(message).verdict;
    };
    CHECK(first(Mechanism::scram_sha_256_plus, bound) == Verdict::challenge);
    CHECK(first(Mechanism::scram_sha_256_plus, unbound) == Verdict::denied);
    CHECK(first(Mechanism::scram_sha_256_plus, other) == Verdict::denied);
    CHECK(first(Mechanism::scram_sha_256, bound) == Verdict::denied);
    // The client believes that the server has no -PLUS: somebody took it off the list (RFC 5802
    // §6).
    CHECK(first(Mechanism::scram_sha_256, mistaken) == Verdict::denied);
    CHECK(first(Mechanism::scram_sha_256, unbound) == Verdict::challenge);

    context.salt = "salt";
    const auto exchange = begin(Mechanism::scram_sha_256_plus, context);
    const std::string server_first = exchange->next(bound).octets;
    const std::string without_proof =
        "c=" + base64("p=tls-exporter,,thirty-two octets of key material") + ",r=xN";
    const std::string salted = stretched(Hash::sha256, "pencil", "salt", 4096);
    const std::string key = hmac(Hash::sha256, salted, "Client Key");
    const std::string signature = hmac(Hash::sha256, digest(Hash::sha256, key),
                                       "n=user,r=x," + server_first + ',' + without_proof);
    const std::string proof = ",p=" + base64(exclusive_or(key, signature));
    CHECK(exchange->next(without_proof + proof).verdict == Verdict::challenge);
}

TEST_CASE("Bearer tokens: a wrong one gets JSON, then the refusal") {
    const Users users{{"jdoe@example.test", "token"}};
    CHECK(verdict(Mechanism::xoauth2, "user=jdoe@example.test\1auth=Bearer token\1\1", users) ==
          Verdict::accepted);
    CHECK(verdict(Mechanism::oauthbearer,
                  "n,a=jdoe@example.test,\1host=h\1port=587\1auth=Bearer token\1\1",
                  users) == Verdict::accepted);
    CHECK(verdict(Mechanism::oauthbearer, "n,,\1auth=Bearer token\1\1", users) ==
          Verdict::accepted);
    CHECK(verdict(Mechanism::oauthbearer, "n,,\1\1", users) == Verdict::malformed);
    const auto exchange = begin(Mechanism::xoauth2, {users, "h", "N"});
    const Step refused = exchange->next("user=jdoe@example.test\1auth=Bearer old\1\1");
    CHECK(refused.verdict == Verdict::challenge);
    CHECK(refused.octets.find("\"status\":\"invalid_token\"") != std::string::npos);
    CHECK(exchange->next("").verdict == Verdict::denied);
}

TEST_CASE("EXTERNAL is who the client's certificate says") {
    const Channel channel{"jdoe", {}};
    const auto with = [&](const Channel* shown, std::string_view response) {
        return begin(Mechanism::external, {jdoe, "h", "N", shown})->next(response).verdict;
    };
    CHECK(with(&channel, "") == Verdict::accepted);
    CHECK(with(&channel, "jdoe") == Verdict::accepted);
    CHECK(with(&channel, "root") == Verdict::denied);
    CHECK(with(nullptr, "") == Verdict::denied);
}

TEST_CASE("ANONYMOUS lets anyone in") {
    CHECK(begin(Mechanism::anonymous, {jdoe, "h", "N"})->next(std::nullopt).verdict ==
          Verdict::challenge);
    CHECK(verdict(Mechanism::anonymous, "a trace") == Verdict::accepted);
}
