#include "audit/scenario/server_observations.hpp"

#include "tests/catch.hpp"
#include "tests/sim/journal/text_sink.hpp"

using namespace smtpsim;
using namespace smtpsim::scenario;
using namespace std::chrono_literals;
using Kind = Happened::Kind;

namespace {

/// A dialogue, given to a Recorder event by event on a clock that stands until it is moved.
class Dialogue {
public:
    Dialogue& open(std::uint64_t session = 1) {
        session_ = session;
        return tell(journal::Opened{"127.0.0.1:25", "127.0.0.1:4711", "smtp.host.com"})
            .reply("banner", "220 ready");
    }
    Dialogue& in(std::uint64_t session) {
        session_ = session;
        return *this;
    }
    Dialogue& command(std::string_view stage, std::string octets) {
        octets += "\r\n";
        return tell(journal::Received{*faults::stage_named(stage), octets});
    }
    Dialogue& reply(std::string_view stage, std::string octets) {
        octets += "\r\n";
        return tell(journal::Sent{*faults::stage_named(stage), octets});
    }
    Dialogue& ask(std::string_view stage, const std::string& octets, const std::string& answer) {
        return command(stage, octets).reply(stage, answer);
    }
    Dialogue& content(std::string_view octets) { return tell(journal::Content{octets}); }
    /// From MAIL to the message and its reply.
    Dialogue& message(const std::string& answer) {
        return ask("mail", "MAIL FROM:<a@a.test>", "250 ok")
            .ask("rcpt", "RCPT TO:<b@b.test>", "250 ok")
            .ask("data", "DATA", "354 go")
            .content("hello\r\n")
            .content(".\r\n")
            .reply("message", answer);
    }
    Dialogue& close() { return tell(journal::Closed{journal::ClosedBy::client, 0, 0, 0}); }
    Dialogue& wait(Duration time) {
        now_ += time;
        return *this;
    }
    Dialogue& tell(const journal::Happening& what) {
        show_(what, now_, session_);
        return *this;
    }
    ServerObservations seen() { return recorder_.take(); }

private:
    Recorder recorder_{journal::log_start};
    journal::Show show_{recorder_};
    Duration now_{};
    std::uint64_t session_ = 1;
};

bool does(Dialogue& dialogue, std::string_view behaviour) {
    return dialogue.seen().behaviour.contains(behaviour);
}
bool does(Dialogue&& dialogue, std::string_view behaviour) { return does(dialogue, behaviour); }

} // namespace

TEST_CASE("HELO falls back only where EHLO was refused", "[observations]") {
    const std::string_view behaviour = "falls-back-to-helo";
    CHECK(does(Dialogue{}.open().ask("ehlo", "EHLO a", "500 what").ask("helo", "HELO a", "250 a"),
               behaviour));
    CHECK(does(Dialogue{}
                   .open()
                   .ask("ehlo", "EHLO a", "500 what")
                   .close()
                   .open(2)
                   .ask("helo", "HELO a", "250 a"),
               behaviour)); // RFC 5321 §3.2: a client may have to come again
    CHECK_FALSE(does(Dialogue{}.open().ask("helo", "HELO a", "250 a"), behaviour));
    CHECK_FALSE(
        does(Dialogue{}.open().ask("ehlo", "EHLO a", "421 not now").ask("helo", "HELO a", "250 a"),
             behaviour));
    CHECK_FALSE(does(Dialogue{}.open().ask("ehlo", "EHLO a", "500 what"), behaviour));
}

TEST_CASE("a message sent again within a second is resent at once", "[observations]") {
    const auto again_after = [](Duration pause) {
        return does(Dialogue{}.open().message("451 later").wait(pause).message("451 later"),
                    "resends-at-once");
    };
    CHECK(again_after(0s));
    CHECK(again_after(999ms));
    CHECK_FALSE(again_after(1s));
    CHECK_FALSE(again_after(10s));
}

TEST_CASE("a message sent again at once in another session is resent at once", "[observations]") {
    const auto again_after = [](Duration pause) {
        return does(
            Dialogue{}.open().message("451 later").close().wait(pause).open(2).message("250 ok"),
            "resends-at-once");
    };
    CHECK(again_after(10ms));
    CHECK_FALSE(again_after(2s));
}

TEST_CASE("only the message itself is resent, not its envelope", "[observations]") {
    CHECK_FALSE(does(Dialogue{}
                         .open()
                         .message("451 later")
                         .ask("mail", "MAIL FROM:<a@a.test>", "250 ok")
                         .ask("rcpt", "RCPT TO:<b@b.test>", "450 no"),
                     "resends-at-once"));
}

TEST_CASE("the pause counts from the reply to the message", "[observations]") {
    CHECK(does(Dialogue{}
                   .open()
                   .ask("mail", "MAIL FROM:<a@a.test>", "250 ok")
                   .ask("data", "DATA", "354 go")
                   .content("hello\r\n.\r\n")
                   .wait(5s)
                   .reply("message", "451 later")
                   .message("250 ok"),
               "resends-at-once"));
}

TEST_CASE("a second MAIL begins a new transaction, in the same session only", "[observations]") {
    CHECK(does(Dialogue{}
                   .open()
                   .ask("mail", "MAIL FROM:<a@a.test>", "550 no")
                   .ask("mail", "MAIL FROM:<c@a.test>", "550 no"),
               "new-transaction"));
    CHECK_FALSE(does(Dialogue{}
                         .open()
                         .ask("mail", "MAIL FROM:<a@a.test>", "550 no")
                         .close()
                         .open(2)
                         .ask("mail", "MAIL FROM:<a@a.test>", "550 no"),
                     "new-transaction"));
}

TEST_CASE("a second session is a connection made again", "[observations]") {
    CHECK(does(Dialogue{}.open().close().open(2).close(), "reconnects"));
    CHECK_FALSE(does(Dialogue{}.open().close(), "reconnects"));
}

TEST_CASE("a dot alone is no content", "[observations]") {
    auto sent = Dialogue{}.open().ask("data", "DATA", "354 go").content(".\r\n").seen();
    CHECK_FALSE(sent.behaviour.contains("sends-content"));
    CHECK(does(Dialogue{}.open().ask("data", "DATA", "354 go").content("\r\n.\r\n"),
               "sends-content"));
    CHECK(does(Dialogue{}.open().ask("data", "DATA", "354 go").content("a\r\n").content(".\r\n"),
               "sends-content"));
}

TEST_CASE("commands are behaviour", "[observations]") {
    ServerObservations seen =
        Dialogue{}.open().message("250 ok").ask("quit", "QUIT", "221 bye").seen();
    for (const std::string_view behaviour :
         {"sends-mail", "sends-rcpt", "sends-data", "sends-content", "sends-quit"}) {
        CAPTURE(behaviour);
        CHECK(seen.behaviour.contains(behaviour));
    }
    CHECK(does(Dialogue{}.open().ask("bdat", "BDAT 4 LAST", "250 ok"), "sends-data"));
    seen = Dialogue{}.open().ask("noop", "NOOP", "250 ok").seen();
    CHECK(seen.behaviour == std::set<std::string, std::less<>>{"goes-on-with-accepted-recipients",
                                                               "waits-for-reply"});
}

TEST_CASE("who has accepted recipients goes on with them by sending the message",
          "[observations]") {
    const std::string_view behaviour = "goes-on-with-accepted-recipients";
    CHECK(does(Dialogue{}.open().message("250 ok"), behaviour));
    CHECK_FALSE(does(Dialogue{}
                         .open()
                         .ask("rcpt", "RCPT TO:<b@b.test>", "250 ok")
                         .ask("rcpt", "RCPT TO:<c@b.test>", "550 no")
                         .ask("rset", "RSET", "250 ok"),
                     behaviour));
    // Without any there is nobody to go on with.
    CHECK(does(Dialogue{}.open().ask("rcpt", "RCPT TO:<b@b.test>", "550 no"), behaviour));
}

TEST_CASE("more replies than are due put the two out of step", "[observations]") {
    CHECK_FALSE(
        Dialogue{}.open().message("250 ok").ask("quit", "QUIT", "221 bye").seen().out_of_step);
    CHECK_FALSE(Dialogue{}
                    .open()
                    .ask("ehlo", "EHLO a", "250-a\r\n250-SIZE\r\n250 HELP")
                    .seen()
                    .out_of_step);
    CHECK(Dialogue{}.open().reply("banner", "220 again").seen().out_of_step);
    CHECK(Dialogue{}.open().ask("noop", "NOOP", "250 ok\r\n250 ok").seen().out_of_step);
    CHECK_FALSE(Dialogue{}
                    .open()
                    .command("mail", "MAIL FROM:<a@a.test>")
                    .command("rcpt", "RCPT TO:<b@b.test>")
                    .reply("mail", "250 ok")
                    .reply("rcpt", "250 ok")
                    .seen()
                    .out_of_step); // PIPELINING
    CHECK(Dialogue{}.open().open(2).reply("banner", "220 again").seen().out_of_step);
}

TEST_CASE("a message is one line however it came, its octets counted", "[observations]") {
    const ServerObservations seen = Dialogue{}
                                        .open()
                                        .ask("data", "DATA", "354 go")
                                        .content("hello\r\n")
                                        .content("again\r\n")
                                        .content(".\r\n")
                                        .reply("message", "250 ok")
                                        .seen();
    REQUIRE(seen.happened.size() == 6);
    CHECK(seen.happened.at(4).kind == Kind::content);
    CHECK(seen.happened.at(4).octets == "hello\r\nagain\r\n.\r\n");
    CHECK(seen.happened.at(4).detail == "17 octets");
}

TEST_CASE("of a long message the beginning is kept and all is counted", "[observations]") {
    Dialogue dialogue;
    dialogue.open();
    for (int i = 0; i < 100; ++i) dialogue.content(std::string(98, 'x') + "\r\n");
    const ServerObservations seen = dialogue.seen();
    CHECK(seen.happened.back().detail == "10000 octets");
    CHECK(seen.happened.back().octets.size() == 4096);
}

TEST_CASE("the messages of two sessions at once are two", "[observations]") {
    const ServerObservations seen =
        Dialogue{}.open(1).open(2).in(1).content("one\r\n").in(2).content("other\r\n").seen();
    REQUIRE(seen.happened.size() == 6);
    CHECK(seen.happened.at(4).octets == "one\r\n");
    CHECK(seen.happened.at(4).detail == "5 octets");
    CHECK(seen.happened.at(5).session == 2);
    CHECK(seen.happened.at(5).detail == "7 octets");
}

TEST_CASE("what another session says does not end a message", "[observations]") {
    const ServerObservations seen = Dialogue{}
                                        .open(1)
                                        .ask("data", "DATA", "354 go")
                                        .content("one\r\n")
                                        .open(2)
                                        .ask("noop", "NOOP", "250 ok")
                                        .in(1)
                                        .content(".\r\n")
                                        .reply("message", "250 ok\r\n250 ok")
                                        .seen();
    CHECK(seen.out_of_step); // one message, one reply
}

TEST_CASE("times count from the start", "[observations]") {
    const ServerObservations seen = Dialogue{}.wait(1500ms).open().wait(1s).close().seen();
    CHECK(seen.happened.front().at == 1500ms);
    CHECK(seen.happened.back().at == 2500ms);
    CHECK(seen.sessions.at(1).closed - seen.sessions.at(1).opened == 1s);
}

TEST_CASE("all have ended once every session is closed", "[observations]") {
    CHECK(Dialogue{}.seen().all_ended());
    CHECK_FALSE(Dialogue{}.open().seen().all_ended());
    CHECK(Dialogue{}.open().close().seen().all_ended());
    CHECK_FALSE(Dialogue{}.open().close().open(2).seen().all_ended());
}

TEST_CASE("impatience is a finding, and then the client does not wait", "[observations]") {
    const auto found = [](std::string_view finding) {
        return Dialogue{}.open().tell(journal::Found{finding, "violation", "RFC 5321", "did"});
    };
    CHECK_FALSE(does(found("early-talker"), "waits-for-reply"));
    CHECK_FALSE(does(found("pipelining-not-offered"), "waits-for-reply"));
    CHECK(does(found("bare-lf"), "waits-for-reply"));
    CHECK_FALSE(does(Dialogue{}, "waits-for-reply")); // nobody came
    const ServerObservations seen = found("bare-lf").seen();
    CHECK(seen.findings.at("bare-lf").summary == "did");
    CHECK(seen.happened.back().kind == Kind::finding);
    CHECK(seen.happened.back().detail == "did (RFC 5321)");
}

TEST_CASE("a message is acknowledged by 2yz alone, and kept where it is kept", "[observations]") {
    CHECK(Dialogue{}.open().message("250 ok").seen().acknowledged);
    CHECK_FALSE(Dialogue{}.open().message("452 full").seen().acknowledged);
    CHECK_FALSE(Dialogue{}.open().ask("rcpt", "RCPT TO:<b@b.test>", "250 ok").seen().acknowledged);
    const std::vector<std::string> recipients{"b@b.test", "c@b.test"};
    journal::Message message;
    message.recipients = recipients;
    message.size = 5;
    const ServerObservations seen = Dialogue{}.open().tell(message).seen();
    CHECK(seen.stored == 1);
    CHECK(seen.happened.back().octets == "kept: 5 octets for b@b.test, c@b.test");
}

TEST_CASE("faults that fired are known by name and stage", "[observations]") {
    const ServerObservations seen =
        Dialogue{}
            .open()
            .tell(journal::FaultFired{faults::Stage::rcpt, "full", "nth 1", "reply 552"})
            .seen();
    CHECK(seen.fired.contains("full"));
    CHECK(seen.fired_at.contains(faults::Stage::rcpt));
    CHECK(seen.happened.back().detail == "reply 552 (nth 1)");
}

TEST_CASE("what happened has a bound", "[observations]") {
    Dialogue dialogue;
    dialogue.open();
    for (int i = 0; i < 3000; ++i) dialogue.ask("noop", "NOOP", "250 ok");
    CHECK(dialogue.seen().happened.size() == 2000);
}

TEST_CASE("a modem's calls are counted, and its words stand in the transcript", "[observations]") {
    Recorder recorder{journal::log_start};
    journal::Show show{recorder};
    show(journal::Commanded{"ATDT555"}, 1s, 0);
    show(journal::Dialled{1, "555", "busy"}, 1s, 0);
    show(journal::Resulted{faults::Stage::dial, "\r\nBUSY\r\n"}, 2s, 0);
    show(journal::CallEnded{1, "busy", 0, 0}, 2s, 0);
    const ServerObservations seen = recorder.take();
    CHECK(seen.calls == 1);
    CHECK(seen.sessions.empty());
    REQUIRE(seen.happened.size() == 4);
    CHECK(seen.happened.at(0).kind == Kind::terminal);
    CHECK(seen.happened.at(0).octets == "ATDT555");
    CHECK(seen.happened.at(2).kind == Kind::modem);
    CHECK(seen.happened.at(2).octets == "BUSY");
}
