import io
import struct
import time
import zipfile
import zlib

import pytest

from portal.core.archives import Limits, Unsafe, directory, inflate, read

LIMITS = Limits(members=50, unpacked=40 * 1024 * 1024, ratio=100, always_fine=1024 * 1024)


def archive(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file


def check(file, limits=LIMITS):
    inflate(file, directory(file, limits), limits)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_an_ordinary_archive_passes(compression):
    content = {"a.xml": b"<a/>" * 1000, "é/ô.xml": b"", "dir/b.bin": bytes(range(256)) * 1000}
    file = archive(content, compression)
    check(file)
    assert read(file, "a.xml", 4000) == b"<a/>" * 1000


def test_a_declared_volume_over_the_limit_is_refused_from_the_directory_alone():
    file = archive({"a": bytes(41 * 1024 * 1024)})
    with pytest.raises(Unsafe, match="volume anormal"):
        directory(file, LIMITS)


def test_a_disproportionate_ratio_is_refused_from_the_directory_alone():
    with pytest.raises(Unsafe, match="volume anormal"):
        directory(archive({"a": bytes(2 * 1024 * 1024)}), LIMITS)


def test_a_small_blank_archive_compresses_well_and_is_no_bomb():
    check(archive({"a": bytes(900_000)}))


def lying(content, declared):
    """An archive whose only member unpacks to `content` and declares another size and checksum, in both headers."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    checksum = zlib.crc32(content[:declared])
    common = struct.pack("<5H3L2H", 20, 0, 8, 0, 0, checksum, len(packed), declared, 1, 0)
    local = b"PK\x03\x04" + common + b"a" + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<3H2L", 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    return io.BytesIO(local + central + end)


def test_a_member_larger_than_it_declares_is_stopped_where_the_lie_begins():
    bomb = lying(bytes(300 * 1024 * 1024), 1000)
    assert zipfile.ZipFile(bomb).read("a") == bytes(1000), "the standard library believes it"
    members = directory(bomb, LIMITS)
    start = time.process_time()
    with pytest.raises(Unsafe, match="volume anormal"):
        inflate(bomb, members, LIMITS)
    assert time.process_time() - start < 0.1, "300 MB inflate in about a second: it did not go on"


def test_a_member_smaller_than_it_declares_is_refused():
    with pytest.raises(Unsafe, match="endommagé"):
        check(lying(b"abc", 1000))


def test_members_that_share_their_bytes_are_refused():
    file = archive({"a": bytes(range(256)) * 40})
    raw = file.getvalue()
    start = raw.index(b"PK\x01\x02")
    end = raw.rindex(b"PK\x05\x06")
    entry = raw[start:end]
    twin = entry.replace(b"a", b"b") if entry.count(b"a") == 1 else entry[:-1] + b"b"
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), start, 0)
    with pytest.raises(Unsafe, match="volume anormal"):
        directory(io.BytesIO(raw[:start] + entry + twin + tail), LIMITS)


def test_too_many_members_are_refused():
    with pytest.raises(Unsafe, match="plus de 50 éléments"):
        directory(archive({str(i): b"" for i in range(51)}), LIMITS)


def test_a_huge_directory_is_refused_before_it_is_read():
    file = archive({"x" * 1000 + str(i): b"" for i in range(40)})
    with pytest.raises(Unsafe, match="plus de 50 éléments"):
        directory(file, LIMITS)


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..\\a", "C:a"])
def test_a_member_that_would_leave_its_folder_is_refused(name):
    with pytest.raises(Unsafe, match="endommagé"):
        directory(archive({name: b"x"}), LIMITS)


def test_two_members_of_one_name_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("a", b"2")
    with pytest.raises(Unsafe, match="endommagé"):
        directory(file, LIMITS)


def test_a_protected_archive_says_so():
    raw = bytearray(archive({"a": b"x"}).getvalue())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unsafe, match="mot de passe"):
        directory(io.BytesIO(bytes(raw)), LIMITS)


def test_a_method_other_than_deflate_is_refused():
    with pytest.raises(Unsafe, match="endommagé"):
        check(archive({"a": b"x" * 100}, zipfile.ZIP_BZIP2))


def test_an_archive_cut_short_or_altered_is_refused():
    raw = archive({"a": b"hello" * 100, "b": b"world" * 100}).getvalue()
    for bad in (raw[: len(raw) // 2], raw[:-30], b"", b"PK\x03\x04", raw.replace(b"PK\x03\x04", b"PK\x03\x05")):
        with pytest.raises(Unsafe, match="endommagé"):
            check(io.BytesIO(bad))
    stored = archive({"a": b"hello"}, zipfile.ZIP_STORED).getvalue().replace(b"hello", b"jello")
    with pytest.raises(Unsafe, match="endommagé"):
        check(io.BytesIO(stored))


def test_a_header_that_names_another_member_than_the_directory_is_refused():
    raw = bytearray(archive({"a": b"x"}).getvalue())
    raw[30] = ord("b")
    with pytest.raises(Unsafe, match="endommagé"):
        check(io.BytesIO(bytes(raw)))


def test_a_part_larger_than_its_reader_expects_is_refused():
    with pytest.raises(Unsafe, match="volume anormal"):
        read(archive({"a": bytes(101)}), "a", 100)


def test_a_header_whose_name_is_no_text_is_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("é.txt", "contenu")
    altered = written.getvalue().replace("é.txt".encode(), b"\x8b\x8b.txt", 1)
    with pytest.raises(Unsafe):
        read(io.BytesIO(altered), "é.txt", 100)


@pytest.mark.parametrize("length", [1_000, 73_321, 200_000])
@pytest.mark.parametrize("after", [1, 300, 100_000])
def test_bytes_after_the_end_of_a_member_are_refused_and_never_waited_for(length, after):
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    stream = deflater.compress(b"a" * length) + deflater.flush()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.xml", stream + b"\x07" * after)
    [member] = directory(written, Limits())
    member.compress_type, member.file_size, member.CRC = zipfile.ZIP_DEFLATED, length, zlib.crc32(b"a" * length)
    with pytest.raises(Unsafe):
        inflate(written, [member], Limits())
