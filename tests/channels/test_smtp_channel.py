"""The channel when all goes well: one connection, many messages, and the caller's last word."""

import threading

import pytest

from relance.channels.email import EmailAccount, Security, Timeouts
from relance.domain.delivery import Channel, Fate
from tests.channels.builders import SIMPLE, a_message
from tests.channels.sending import Marks, failure, send
from tests.channels.smtp_server import DROP, QUICK, SmtpServer


@pytest.mark.parametrize("security", Security)
def test_a_signed_in_message_arrives_whole_over_any_kind_of_connection(security: Security) -> None:
    with SmtpServer(security=security, username="durand", password="pässwörd €") as server:
        channel = server.channel()
        receipt = send(channel, a_message(bcc=("archives@durand.example",)))
        channel.close()
        [mail] = server.mails
    assert receipt.provider_id == mail.message["Message-ID"] == f"<{SIMPLE.uid}@durand.example>"
    assert receipt.refused == ()
    assert mail.login == "durand"
    assert mail.sender == "compta@durand.example"
    assert mail.recipients == ("client@acheteur.example", "archives@durand.example")
    assert mail.message["Subject"] == SIMPLE.subject


def test_lines_that_begin_with_a_dot_arrive_as_they_were() -> None:
    text = ".\n..\n.a\n\n.\nfin\n"
    with SmtpServer() as server:
        send(server.channel(), a_message(text=text))
        assert server.mails[0].message.get_content().replace("\r\n", "\n") == text


def test_the_constructor_does_not_connect() -> None:
    with SmtpServer() as server:
        channel: Channel = server.channel()
        channel.close()
        assert server.connections == 0


def test_one_connection_carries_many_messages() -> None:
    with SmtpServer() as server:
        channel = server.channel()
        for _ in range(5):
            send(channel)
        channel.close()
        assert (len(server.mails), server.connections, server.verbs.count("QUIT")) == (5, 1, 1)


def test_a_connection_is_renewed_after_its_number_of_messages() -> None:
    with SmtpServer() as server:
        channel = server.channel(messages_per_connection=2)
        for _ in range(5):
            send(channel)
        assert server.connections == 3


def test_a_connection_left_idle_is_renewed() -> None:
    with SmtpServer() as server:
        channel = server.channel(timeouts=Timeouts(connect=2, command=2, data=2, final=2, idle=0))
        send(channel)
        send(channel)
        assert server.connections == 2


@pytest.mark.parametrize("answer", [DROP, "421 4.4.2 idle too long"])
def test_a_connection_gone_between_two_messages_is_renewed_unnoticed(answer: str) -> None:
    with SmtpServer() as server:
        channel = server.channel()
        send(channel)
        server.script("MAIL", answer)
        send(channel)
        assert (len(server.mails), server.connections) == (2, 2)


def test_a_connection_that_keeps_going_is_renewed_only_once() -> None:
    with SmtpServer() as server:
        channel = server.channel()
        send(channel)
        server.script("MAIL", DROP, DROP)
        assert failure(channel).fate is Fate.DEFER
        assert server.connections == 2


def test_a_refusal_on_a_kept_connection_is_not_tried_again() -> None:
    with SmtpServer() as server:
        channel = server.channel()
        send(channel)
        server.script("MAIL", "451 4.7.1 later")
        assert failure(channel).fate is Fate.DEFER
        assert server.connections == 1


def test_the_last_word_comes_after_every_recipient_and_before_data() -> None:
    with SmtpServer() as server:
        marks = Marks(verbs=server.verbs)
        server.channel().send(a_message(cc=("chef@x.example",)), before_handover=marks)
        assert (marks.count, marks.seen) == (1, ["EHLO", "MAIL", "RCPT", "RCPT"])


@pytest.mark.parametrize("error", [ValueError("disk full"), KeyboardInterrupt()])
def test_an_error_of_the_last_word_comes_through_and_nothing_leaves(error: BaseException) -> None:
    with SmtpServer() as server:
        channel = server.channel()
        with pytest.raises(type(error)) as caught:
            channel.send(SIMPLE, before_handover=Marks(error=error))
        assert caught.value is error
        assert server.verbs[-1] == "RSET"
        send(channel)
        channel.close()
        assert (len(server.mails), server.connections) == (1, 1)


@pytest.mark.parametrize("answer", [DROP, "500 what", "421 4.3.2 closing"])
def test_an_error_of_the_last_word_comes_through_even_if_the_reset_fails(answer: str) -> None:
    with SmtpServer() as server:
        channel = server.channel()
        server.script("RSET", answer)
        with pytest.raises(ValueError, match="disk full"):
            channel.send(SIMPLE, before_handover=Marks(error=ValueError("disk full")))
        send(channel)
        assert (len(server.mails), server.connections) == (1, 2)


def test_a_message_that_cannot_be_written_does_not_connect() -> None:
    with SmtpServer() as server:
        assert failure(server.account(), a_message(to=("nobody",))).code == "email.address_malformed"
        assert server.connections == 0


def test_closing_twice_or_after_the_server_is_gone_is_harmless() -> None:
    with SmtpServer() as server:
        channel = server.channel()
        send(channel)
    channel.close()
    channel.close()


def test_channels_in_threads_do_not_mix() -> None:
    def work(number: int) -> None:
        channel = server.channel()
        for turn in range(10):
            send(channel, a_message(uid=f"{number}-{turn}", to=(f"a{number}@x.example",)))
        channel.close()

    with SmtpServer(delay_ms=1) as server:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        received = {(mail.message["X-Relance-Id"], mail.recipients) for mail in server.mails}
    assert received == {(f"{n}-{turn}", (f"a{n}@x.example",)) for n in range(4) for turn in range(10)}


def test_the_password_does_not_show_in_the_account() -> None:
    account = EmailAccount("h", 25, Security.TLS, "u", "s3cret", timeouts=QUICK)
    assert "s3cret" not in repr(account)
