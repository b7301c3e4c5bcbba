#include "sim/smtplog/login_mask.hpp"

#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::smtplog;

namespace {

struct Texts : EntryHandler {
    std::vector<std::string> all;
    void entry(const Entry& entry) override { all.emplace_back(entry.text); }
    void odd(std::uint64_t, Oddity) override {}
};

} // namespace

TEST_CASE("responses to AUTH are masked, and nothing else", "[login-mask]") {
    Texts texts;
    LoginMask mask{texts};
    const auto give = [&](Kind kind, std::string_view text) { mask.entry({1, kind, {}, text}); };
    give(Kind::sent, "EHLO client");
    give(Kind::sent, "AUTH PLAIN AGpkb2UAc2VjcmV0");
    give(Kind::received, "235 ok");
    give(Kind::sent, "AUTH LOGIN");
    give(Kind::received, "334 VXNlcm5hbWU6");
    give(Kind::sent, "amRvZQ==");
    give(Kind::received, "334 UGFzc3dvcmQ6");
    give(Kind::sent, "c2VjcmV0");
    give(Kind::sent, "auth plain =");
    give(Kind::sent, "MAIL FROM:<a@a.test>");
    CHECK(texts.all == std::vector<std::string>{"EHLO client", "AUTH PLAIN ********", "235 ok",
                                                "AUTH LOGIN", "334 VXNlcm5hbWU6", "********",
                                                "334 UGFzc3dvcmQ6", "********",
                                                "auth plain =", "MAIL FROM:<a@a.test>"});
}

TEST_CASE("a response that is masked already shows no login", "[login-mask]") {
    for (const std::string_view stars : {"*", "****", "********", "************"}) {
        Logins logins;
        CHECK_FALSE(logins.shows(Kind::sent, "AUTH PLAIN " + std::string(stars)));
        CHECK_FALSE(logins.shows(Kind::received, "334 "));
        CHECK_FALSE(logins.shows(Kind::sent, stars));
    }
    Logins logins;
    CHECK(logins.shows(Kind::sent, "AUTH PLAIN ***x"));
}
