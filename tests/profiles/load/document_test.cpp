// How profiles find and extend each other, and how fault files join them.
#include "tests/catch.hpp"
#include "tests/profiles/loading.hpp"

using namespace smtpsim;
using namespace smtpsim::profiles;
using namespace smtpsim::profiles::test;

TEST_CASE("an unknown name gets the nearest one, a path gets the reader's words",
          "[profiles][load]") {
    CHECK(load_problems("post-ofice-1996", {}) ==
          Lines{"no profile called \"post-ofice-1996\"; did you mean post-office-1996"});
    CHECK(load_problems("nothing-like-it-at-all", {}) ==
          Lines{"no profile called \"nothing-like-it-at-all\"; smtpsim profile list shows all"});
    CHECK(load_problems("post-ofice-1996.yaml", {}) == Lines{"post-ofice-1996.yaml: no such file"});
    CHECK(load_problems("./esmtp", {}) == Lines{"./esmtp: no such file"});
    CHECK(load_problems("own", {{"own", head}}).empty());
    CHECK(load("esmtp", {}, reader({{"esmtp", head}}))->name == "esmtp");
    CHECK(load("-", {}, reader({{"-", head}}))->name == "p");
}

TEST_CASE("extends merges maps, own keys first, and replaces the rest", "[profiles][load]") {
    const Files files{
        {"d/own.yaml", "smtpsim: 1\nprofile: own\nextends: base.yaml\nserver:\n"
                       "  replies: {noop: 250 own}\n  extensions: [HELP]\n"
                       "  mailboxes: {b@t: {}, '*': {used: 2B}}\n"},
        {"d/base.yaml",
         "smtpsim: 1\nprofile: base\nsummary: of base\nextends: ../top.yaml\nserver:\n"
         "  replies: {noop: 250 base, rset: 250 base}\n  extensions: [EXPN, VRFY]\n"
         "  mailboxes: {'*': {quota: 3B}, c@t: {}}\nfaults: [{at: rcpt, do: [reset]}]\n"},
        {"top.yaml",
         "smtpsim: 1\nprofile: top\nextends: esmtp\nserver: {limits: {recipients: 7}}\n"},
    };
    const auto profile = load("d/own.yaml", {}, reader(files));
    REQUIRE(profile.has_value());
    CHECK(profile->name == "own");
    CHECK(profile->summary == "of base");
    const smtp::ServerSettings& server = profile->server;
    CHECK(server.hostname == "mail.example.test");
    CHECK(said(server.reply(smtp::ReplyId::noop)) == "250 own\r\n");
    CHECK(said(server.reply(smtp::ReplyId::rset)) == "250 base\r\n");
    CHECK(said(server.reply(smtp::ReplyId::ehlo)) == "250-\r\n250 HELP\r\n");
    CHECK(server.limits.recipients == 7);
    REQUIRE(server.mailboxes.size() == 3);
    CHECK(server.mailboxes.at(0).address.text() == "b@t");
    CHECK(server.mailboxes.at(1).address.text() == "*");
    CHECK(server.mailboxes.at(1).quota_octets == 3U);
    CHECK(server.mailboxes.at(1).used_octets == 2U);
    CHECK(server.mailboxes.at(2).address.text() == "c@t");
    CHECK(profile->faults.size() == 1);
}

TEST_CASE("either form of the banner replaces the other, and a protocol its refusal",
          "[profiles][load]") {
    const auto banner = [](const std::string& server) {
        const Profile profile = profile_of(head + "extends: rfc821\nserver: {" + server + "}\n");
        return said(profile.server.reply(smtp::ReplyId::banner));
    };
    CHECK(banner("banner: 220 a") == "220 a\r\n");
    CHECK(banner("replies: {banner: 220 b}") == "220 b\r\n");
    CHECK(profile_of(head + "extends: rfc821\nserver: {protocol: esmtp}\n").server.protocol ==
          smtp::Protocol::esmtp);
    CHECK(profile_of(head + "extends: rfc821\nserver: {refuse-ehlo: 502}\n").server.ehlo_refusal ==
          smtp::ReplyId::not_implemented);
}

TEST_CASE("problems keep their own file's place, the extending file first", "[profiles][load]") {
    const Files files{
        {"a.yaml", head + "extends: b.yaml\nserver: {ids: x}\n"},
        {"b.yaml", "smtpsim: 1\nprofile: b\n\nserver:\n  mailboxes: {a: {quota: 1B, used: 2B}}\n"
                   "  protocol: x\n"}};
    CHECK(load_problems("a.yaml", files) ==
          Lines{"a.yaml:4:15: expected one of dated, queue, not \"x\"",
                "b.yaml:5:36: used is more than the quota of 1B",
                "b.yaml:6:13: expected one of smtp, esmtp, lmtp, not \"x\""});
    CHECK(load_problems("a.yaml",
                        {{"a.yaml", head + "extends: b.yaml\n"}, {"b.yaml", "smtpsim: 1\n"}}) ==
          Lines{"b.yaml:1:1: the key \"profile\" is missing: a name of lower-case letters, digits "
                "and hyphens"});
}

TEST_CASE("extends that leads nowhere, back, or too far", "[profiles][load]") {
    CHECK(load_problems("a.yaml", {{"a.yaml", head + "extends: emstp\n"}}) ==
          Lines{"a.yaml:3:10: no profile called \"emstp\"; did you mean esmtp"});
    CHECK(load_problems("d/a.yaml", {{"d/a.yaml", head + "extends: b.yaml\n"}}) ==
          Lines{"d/a.yaml:3:10: d/b.yaml: no such file"});
    CHECK(load_problems("./a.yaml", {{"./a.yaml", head + "extends: ./a.yaml\n"},
                                     {"a.yaml", head + "extends: ./a.yaml\n"}}) ==
          Lines{"./a.yaml:3:10: extends itself: ./a.yaml -> a.yaml"});
    CHECK(load_problems("a.yaml", {{"a.yaml", head + "extends: d/b.yaml\n"},
                                   {"d/b.yaml", head + "extends: ../a.yaml\n"}}) ==
          Lines{"d/b.yaml:3:10: extends itself: a.yaml -> d/b.yaml -> a.yaml"});
    Files chain;
    for (int i = 0; i < 40; ++i)
        chain["f" + std::to_string(i) + ".yaml"] =
            head + "extends: f" + std::to_string(i + 1) + ".yaml\n";
    CHECK(load_problems("f0.yaml", chain) ==
          Lines{"f15.yaml:3:10: more than 16 profiles extend each other"});
    CHECK(load_problems("a.yaml", {{"a.yaml", head + "extends: '-'\n"}}) ==
          Lines{"a.yaml:3:10: no profile called \"-\"; smtpsim profile list shows all"});
}

TEST_CASE("fault files hold faults, which are asked first", "[profiles][load]") {
    const Files files{
        {"own.yaml", head + "faults: [{at: rcpt, do: [reset]}]\n"},
        {"d/one.yaml", "smtpsim: 1\nfaults: [{at: data, do: [close]}]\nx-a: 1\n"},
        {"two.yml",
         "smtpsim: 1\nfaults: [{at: vrfy, do: [close]}, {name: n, at: rset, do: [close]}]\n"},
    };
    const std::vector<std::string> paths{"d/one.yaml", "two.yml"};
    const auto profile = load("own.yaml", paths, reader(files));
    REQUIRE(profile.has_value());
    std::vector<std::string> names;
    for (const faults::Fault& fault : profile->faults) names.push_back(fault.name);
    CHECK(names == std::vector<std::string>{"one", "two 1", "n", "fault 1"});
}

TEST_CASE("what is wrong with fault files and the profile comes in one list", "[profiles][load]") {
    const Files files{{"f.yaml", "smtpsim: 1\nserver: {}\nfautls: []\n"},
                      {"own.yaml", head + "faults: 5\n"}};
    CHECK(load_problems("own.yaml", files, {"f.yaml", "g.yaml"}) ==
          Lines{"g.yaml: no such file", "own.yaml:3:9: expected a list of faults, not 5",
                "f.yaml:2:1: \"server\" belongs in a profile; a file of faults has none",
                "f.yaml:3:1: unknown key \"fautls\"; did you mean faults"});
    CHECK(load_problems("esmtp", {{"f.yaml", "smtpsim: 1\n"}}, {"f.yaml"}) ==
          Lines{"f.yaml:1:1: the key \"faults\" is missing: a list of faults"});
}
