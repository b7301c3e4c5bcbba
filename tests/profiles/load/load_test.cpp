#include "profiles/build/catalogue.hpp"
#include "tests/catch.hpp"
#include "tests/profiles/loading.hpp"

#include "profiles/built_in/built_in.hpp"
using namespace smtpsim;
using namespace smtpsim::profiles;
using namespace smtpsim::profiles::test;

TEST_CASE("every built-in profile loads under its own name, in order", "[profiles][load]") {
    std::vector<std::string_view> names;
    for (const BuiltIn& built_in : built_in_profiles()) {
        const std::string name(built_in.name);
        CAPTURE(name);
        names.push_back(built_in.name);
        const auto profile = load(name, {}, reader({}));
        REQUIRE(profile.has_value());
        CHECK(profile->name == built_in.name);
        CHECK_FALSE(profile->summary.empty());
        for (const auto& reply : profile->server.replies) CHECK(reply);
    }
    CHECK(names == std::vector<std::string_view>{"by-address", "esmtp", "lmtp", "post-office-1996",
                                                 "rfc821", "submission"});
}

TEST_CASE("post-office-1996 says what the log of KB155455 shows", "[profiles][load]") {
    const auto profile = load("post-office-1996", {}, reader({}));
    REQUIRE(profile.has_value());
    const smtp::ServerSettings& server = profile->server;
    smtp::Values values;
    values.host = server.hostname;
    values.zone = server.zone;
    values.sender = "jdoe@somewhere.com";
    values.recipient = "janed@elsewhere.com";
    values.id = "19960801222422078.AAA43";
    values.client = "smtp-client";
    values.at = *parse_iso_date("1996-08-01T22:24:22.078Z");
    const auto says = [&](smtp::ReplyId id) { return said(server.reply(id), values); };
    CHECK(says(smtp::ReplyId::banner) ==
          "220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:22 -0700\r\n");
    CHECK(says(smtp::ReplyId::ehlo) == "250-smtp.host.com\r\n250-HELP\r\n250-EXPN\r\n"
                                       "250-XREMOTEQUEUE\r\n250 PIPELINING\r\n");
    CHECK(says(smtp::ReplyId::rset) == "250 Ok resetting state\r\n");
    CHECK(says(smtp::ReplyId::mail) == "250 Sender <jdoe@somewhere.com> Ok\r\n");
    CHECK(says(smtp::ReplyId::rcpt) == "250 Recipient <janed@elsewhere.com> Ok\r\n");
    CHECK(says(smtp::ReplyId::data) == "354 Ok Send data ending with <CRLF>.<CRLF>\r\n");
    CHECK(says(smtp::ReplyId::message) ==
          "250 Message received: 19960801222422078.AAA43@smtp-client\r\n");
    CHECK(says(smtp::ReplyId::quit) == "221 smtp.host.com ESMTP server closing connection\r\n");
    REQUIRE(server.verbs.size() == 1);
    CHECK(server.verbs.front().name == "XREMOTEQUEUE");
    CHECK(server.ids == smtp::IdStyle::dated);
    CHECK(server.honours(smtp::Extension::pipelining));
    CHECK_FALSE(server.honours(smtp::Extension::size));
}

TEST_CASE("rfc821 and lmtp speak their protocols", "[profiles][load]") {
    const auto old = load("rfc821", {}, reader({}));
    REQUIRE(old.has_value());
    CHECK(old->server.protocol == smtp::Protocol::smtp);
    CHECK(old->server.ehlo_refusal == smtp::ReplyId::unknown_command);
    CHECK(old->server.honours(smtp::Extension::soml));
    const auto last_hop = load("lmtp", {}, reader({}));
    REQUIRE(last_hop.has_value());
    CHECK(last_hop->server.protocol == smtp::Protocol::lmtp);
    CHECK(last_hop->server.limits.message_octets == 52'428'800);
}

TEST_CASE("an empty profile is a server that is all default", "[profiles][load]") {
    const Profile profile = profile_of(head);
    CHECK(profile.name == "p");
    CHECK(profile.server.hostname == "localhost");
    CHECK(profile.server.tolerates.has(smtp::Finding::bare_lf));
    CHECK_FALSE(profile.server.tolerates.has(smtp::Finding::nested_mail));
    CHECK_FALSE(profile.server.tolerates.has(smtp::Finding::parameter_not_offered));
    CHECK(said(profile.server.reply(smtp::ReplyId::noop)) == "250 OK\r\n");
    CHECK(profile.faults.empty());
}

TEST_CASE("all of server reaches the personality", "[profiles][load]") {
    const Profile profile = profile_of(head + R"(summary: s
server:
  hostname: a.test
  zone: "+0130"
  ids: dated
  protocol: smtp
  refuse-ehlo: 504
  extensions: [size 1000, X-OWN a b, ETRN]
  replies:
    rset: [250 one, two, "{host}"]
    noop: {code: 251, enhanced: 2.3.4, lines: [a, b]}
    quit: {code: 221}
    mail: 250 2.1.0 ok
  verbs: {xfoo: 250 bar}
  strictness: [nested-mail]
  mailboxes: {"*@b.test": {quota: 20KB, used: 19KB}, c@b.test: {}}
  limits: {recipients: 3, sessions: 4, errors: 0x5, line: 512B, idle: 90s}
)");
    const smtp::ServerSettings& server = profile.server;
    smtp::Values values;
    values.host = server.hostname;
    CHECK(profile.summary == "s");
    CHECK(server.zone == std::chrono::minutes{90});
    CHECK(server.ids == smtp::IdStyle::dated);
    CHECK(server.ehlo_refusal == smtp::ReplyId::parameter_not_implemented);
    CHECK(server.honours(smtp::Extension::size));
    CHECK(server.honours(smtp::Extension::etrn));
    CHECK(said(server.reply(smtp::ReplyId::rset), values) ==
          "250-one\r\n250-two\r\n250 a.test\r\n");
    CHECK(said(server.reply(smtp::ReplyId::noop)) == "251-2.3.4 a\r\n251 2.3.4 b\r\n");
    CHECK(said(server.reply(smtp::ReplyId::quit)) == "221 \r\n");
    CHECK(said(server.reply(smtp::ReplyId::mail)) == "250 2.1.0 ok\r\n");
    CHECK(server.verbs.at(0).name == "XFOO");
    CHECK(said(server.verbs.at(0).reply) == "250 bar\r\n");
    CHECK(server.tolerates.has(smtp::Finding::nested_mail));
    CHECK_FALSE(server.tolerates.has(smtp::Finding::bare_lf));
    REQUIRE(server.mailboxes.size() == 2);
    CHECK(server.mailboxes.at(0).quota_octets == 20'000U);
    CHECK(server.mailboxes.at(0).used_octets == 19'000U);
    CHECK_FALSE(server.mailboxes.at(1).quota_octets);
    CHECK(server.limits.message_octets == 1'000);
    CHECK(server.limits.recipients == 3);
    CHECK(server.limits.sessions == 4);
    CHECK(server.limits.errors == 5);
    CHECK(server.limits.line_octets == 512);
    CHECK(server.limits.idle == std::chrono::seconds{90});
}

TEST_CASE("the announced size and the limit may differ, SIZE alone sets none", "[profiles][load]") {
    const auto limit = [](const std::string& server) {
        return profile_of(head + "server: {" + server + "}\n").server.limits.message_octets;
    };
    CHECK(limit("extensions: [SIZE 1000]") == 1'000);
    CHECK(limit("extensions: [SIZE 1000], limits: {message: 5KB}") == 5'000);
    CHECK(limit("extensions: [SIZE]") == 50U << 20U);
    CHECK(limit("extensions: [SIZE 0]") == 50U << 20U);
}

TEST_CASE("a bare number is a reply, as its text in quotes is", "[profiles][load]") {
    for (const std::string code : {"550", "'550'"}) {
        const Profile profile =
            profile_of(head + "server: {replies: {rset: " + code +
                       "}}\nfaults: [{at: rcpt, do: [{reply: " + code + "}]}]\n");
        CHECK(said(profile.server.reply(smtp::ReplyId::rset)) == "550 \r\n");
        const auto& reply = std::get<faults::SayReply>(profile.faults.at(0).effects.at(0));
        std::string octets;
        reply.octets.render({}, octets);
        CHECK(octets == "550\r\n");
        CHECK(reply.code == "550");
    }
    CHECK(wrong_fault("at: rcpt, do: [{reply: 55}]") ==
          Lines{"p.yaml:3:34: expected a reply such as 450 4.2.0 Try again later, not 55"});
}

TEST_CASE("strict tolerates nothing", "[profiles][load]") {
    const Profile profile = profile_of(head + "server: {strictness: strict}\n");
    for (const smtp::Finding finding : smtp::tolerable_findings)
        CHECK_FALSE(profile.server.tolerates.has(finding));
}

TEST_CASE("all of a fault reaches the engine's form", "[profiles][load]") {
    const Profile profile = profile_of(head + R"(faults:
  - name: slow
    at: [rcpt, data]
    when: {nth: 2, times: 3, sender: a@b, recipient: "*@c"}
    do:
      - delay: 3s
      - reply: 450 4.2.0 Later, {recipient}
      - raw: '250-half\r\n|\xff\0'
      - shutdown
  - at: content
    when: {bytes: 4096}
    do: [reset]
  - at: any
    do: [close]
)");
    REQUIRE(profile.faults.size() == 3);
    const faults::Fault& slow = profile.faults.at(0);
    CHECK(slow.name == "slow");
    CHECK(slow.at.count() == 2);
    CHECK(slow.at.test(static_cast<std::size_t>(faults::Stage::rcpt)));
    CHECK(slow.when.nth->least == 2);
    CHECK(slow.when.nth->most == 2);
    CHECK(slow.when.times == 3U);
    CHECK(slow.when.sender->matches("A@B"));
    CHECK(slow.when.recipient->matches("x@c"));
    REQUIRE(slow.effects.size() == 4);
    CHECK(std::get<faults::Delay>(slow.effects.at(0)).least == std::chrono::seconds{3});
    smtp::Values values;
    values.recipient = "x@c";
    std::string later;
    std::get<faults::SayReply>(slow.effects.at(1)).octets.render(values, later);
    CHECK(later == "450 4.2.0 Later, x@c\r\n");
    CHECK(std::get<faults::Raw>(slow.effects.at(2)).segments ==
          std::vector<std::string>{"250-half\r\n", std::string("\xff\0", 2)});
    CHECK(std::holds_alternative<faults::Shutdown>(slow.effects.at(3)));
    CHECK(profile.faults.at(1).name == "fault 2");
    CHECK(profile.faults.at(1).when.bytes == 4096U);
    for (const faults::StageRow& row : faults::stage_table) {
        const bool own = row.stage == faults::Stage::content || row.stage == faults::Stage::tls ||
                         faults::is_dialup(row.stage);
        CHECK(profile.faults.at(2).at.test(static_cast<std::size_t>(row.stage)) == !own);
    }
}

TEST_CASE("a fault that another one of the command line hides is refused", "[profiles][load]") {
    const auto read =
        reader({{"a.yaml", "smtpsim: 1\nfaults:\n  - {at: rcpt, do: [reset]}\n"},
                {"b.yaml", "smtpsim: 1\nfaults:\n  - {at: [rcpt, data], do: [close]}\n"}});
    const auto wrong = [&](std::vector<std::string> faults, const std::string& profile = "esmtp") {
        const auto loaded = load(profile, faults, read);
        return loaded ? Lines{} : lines(loaded.error());
    };
    CHECK(wrong({"kb155455/rcpt/552", "kb155455/rcpt/550"}) ==
          Lines{"\"kb155455/rcpt/550\": \"kb155455/rcpt/552\" always decides here: this could "
                "never fire"});
    CHECK(wrong({"kb155455/rcpt/552", "a.yaml"}) ==
          Lines{"a.yaml:3:5: \"kb155455/rcpt/552\" always decides here: this could never fire"});
    CHECK(wrong({"b.yaml", "a.yaml"}) ==
          Lines{"a.yaml:3:5: \"b\" always decides here: this could never fire"});
    CHECK(wrong({"a.yaml", "b.yaml"}).empty());
    CHECK(wrong({"kb155455/rcpt/552"}, "by-address").empty()); // a profile's own may be hidden
}

TEST_CASE("a fault after one that always decides is refused", "[profiles][load]") {
    const auto two = [](const std::string& first) {
        const auto loaded = load_text("smtpsim: 1\nprofile: p\nextends: esmtp\nfaults:\n  - " +
                                          first + "\n  - {at: rcpt, do: [close]}\n",
                                      "p.yaml", reader({}));
        return loaded.has_error() ? loaded.error().at(0).text() : "";
    };
    CHECK(two("{at: rcpt, do: [reset]}") ==
          "p.yaml:6:5: the fault in line 5 always decides here: this could never fire");
    CHECK(two("{at: rcpt, when: {nth: 1}, do: [reset]}").empty());
    CHECK(two("{at: rcpt, do: [{delay: 1s}]}").empty());
}

TEST_CASE("every catalogued failure can be added to its profile", "[profiles][load]") {
    for (const CatalogueEntry& entry : catalogue()) {
        CAPTURE(entry.id);
        CHECK(load(entry.profile, std::vector{entry.id}, reader({})).has_value());
    }
}

TEST_CASE("a file of faults is checked by itself", "[profile]") {
    CHECK(is_fault_file("smtpsim: 1\nfaults: [{at: rcpt, do: [reset]}]\n"));
    CHECK_FALSE(is_fault_file("smtpsim: 1\nprofile: a\nfaults: []\n"));
    CHECK_FALSE(is_fault_file("smtpsim: 1\nserver: {}\nfaults: []\n"));
    CHECK_FALSE(is_fault_file("- faults"));
    CHECK_FALSE(is_fault_file("{"));
    const auto read = [](const std::string& path) -> Result<std::string> {
        return {boost::system::in_place_value,
                "smtpsim: 1\nfaults: [{at: " + std::string(path == "good" ? "rcpt" : "rctp") +
                    ", do: [reset]}]\n"};
    };
    const auto good = load_fault_file("good", read);
    REQUIRE(good.has_value());
    CHECK(good->faults.at(0).name == "good");
    const auto bad = load_fault_file("bad", read);
    REQUIRE(bad.has_error());
    CHECK(bad.error().at(0).text().starts_with("bad:2:15: "));
}
