using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What the filter answers, on each way into a kernel; ConfinementTests ask the kernel itself on this one.</summary>
internal sealed class SystemCallFilterTests
{
    private const uint Allowed = 0x7fff0000;
    private const uint Killed = 0x80000000;
    private const uint NotPermitted = 0x00050001;
    private const uint NoSuchCall = 0x00050026;
    private const uint NoSuchFamily = 0x00050061;

    private const string X64 = "asm/unistd_64.h";
    private const string X86 = "asm/unistd_32.h";
    private const string Arm64 = "asm-generic/unistd.h";

    [TestCase(Architecture.X64, 0xc000003e, X64)]
    [TestCase(Architecture.X64, 0x40000003u, X86)]
    [TestCase(Architecture.Arm64, 0xc00000b7, Arm64)]
    public void Calls_are_answered_by_their_numbers(Architecture architecture, uint abi, string header)
    {
        if (header != Arm64 && RuntimeInformation.OSArchitecture is not (Architecture.X64 or Architecture.X86))
        {
            Assert.Ignore("the headers of x86 are on x86 only");
        }

        var number = NumbersIn(header);
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, expected) in new[]
            {
                ("add_key", NoSuchCall), ("request_key", NoSuchCall), ("keyctl", NoSuchCall),
                ("syslog", NotPermitted), ("perf_event_open", NotPermitted), ("bpf", NotPermitted), ("userfaultfd", NotPermitted), ("io_uring_setup", NotPermitted),
            })
            {
                Assert.That(Answer(architecture, abi, number[name]), Is.EqualTo(expected), name);
            }

            Assert.That(Answer(architecture, abi, number["ioctl"], 0, 0x5412), Is.EqualTo(NotPermitted), "TIOCSTI");
            Assert.That(Answer(architecture, abi, number["ioctl"], 0, 0x541c), Is.EqualTo(NotPermitted), "TIOCLINUX");
            Assert.That(Answer(architecture, abi, number["ioctl"], 0, 0x1_0000_5412), Is.EqualTo(NotPermitted), "TIOCSTI and a bit that the kernel drops");
            Assert.That(Answer(architecture, abi, number["ioctl"], 0, 0x5413), Is.EqualTo(Allowed), "TIOCGWINSZ");
            Assert.That(Answer(architecture, abi, number["ioctl"], 0x5412, 0), Is.EqualTo(Allowed), "a descriptor of that number");
            for (var family = 0ul; family < 50; family++)
            {
                Assert.That(Answer(architecture, abi, number["socket"], family), Is.EqualTo(family is 0 or 1 or 2 or 10 or 16 ? Allowed : NoSuchFamily), $"family {family}");
            }

            string[] named = ["add_key", "request_key", "keyctl", "syslog", "perf_event_open", "bpf", "userfaultfd", "io_uring_setup", "ioctl", "socket"];
            Assert.That(number.Where(pair => !named.Contains(pair.Key) && Answer(architecture, abi, pair.Value) != Allowed).Select(static pair => pair.Key), Is.Empty);
        }
    }

    [Test]
    public void Numbers_of_x32_are_no_calls() => Assert.That(Answer(Architecture.X64, 0xc000003e, 0x40000001), Is.EqualTo(NoSuchCall));

    [TestCase(1ul, NoSuchFamily)]
    [TestCase(3ul, Allowed)]
    public void The_call_for_all_socket_calls_makes_none(ulong which, uint expected) => Assert.That(Answer(Architecture.X64, 0x40000003, 102, which), Is.EqualTo(expected));

    [TestCase(309u, NoSuchCall)]
    [TestCase(311u, NoSuchCall)]
    [TestCase(364u, NotPermitted)]
    [TestCase(386u, NotPermitted)]
    [TestCase(388u, NotPermitted)]
    [TestCase(4u, Allowed)]
    public void Programs_of_32_bits_on_arm64_are_filtered_too(uint number, uint expected) => Assert.That(Answer(Architecture.Arm64, 0x40000028, number), Is.EqualTo(expected));

    [TestCase(Architecture.X64, 0xc00000b7)]
    [TestCase(Architecture.Arm64, 0xc000003e)]
    public void An_abi_that_the_kernel_does_not_have_is_the_end(Architecture architecture, uint abi) => Assert.That(Answer(architecture, abi, 0), Is.EqualTo(Killed));

    [Test]
    public void Other_architectures_have_no_filter() => Assert.That(SystemCallFilter.For(Architecture.S390x), Is.Null);

    [TestCase("test $(grep ^Seccomp: /proc/self/status | cut -f2) = 2")]
    [TestCase("test $(grep ^Seccomp: /proc/1/status | cut -f2) = 2")]
    [TestCase("! command -v python3 || python3 -c 'import socket, asyncio, threading, mmap, ctypes; socket.socketpair(); socket.socket(socket.AF_INET6); socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); asyncio.run(asyncio.sleep(0)); threading.Thread(target=print).start()'")]
    [TestCase("setarch -R true")]
    [TestCase("unshare --user --map-root-user --mount sh -c 'mount -t tmpfs none /tmp && cd /tmp && echo x > y' || test $(id -u) = 0")]
    [TestCase("stty -a < /dev/null; tty; getent hosts localhost > /dev/null; true")]
    public void A_step_still_can(string script)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script).ShouldSucceed();
    }

    /// <summary>Runs the program as the kernel does: the few instructions that it has, over <c>struct seccomp_data</c>.</summary>
    private static uint Answer(Architecture architecture, uint abi, uint number, ulong first = 0, ulong second = 0)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), abi);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16), first);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(24), second);
        var program = SystemCallFilter.For(architecture)!.Value.AsSpan();
        var loaded = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = program.Slice(at * 8, 8);
            var operand = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    loaded = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)operand));
                    break;
                case 0x15:
                    at += instruction[loaded == operand ? 2 : 3];
                    break;
                case 0x35:
                    at += instruction[loaded >= operand ? 2 : 3];
                    break;
                case 0x06:
                    return operand;
                default:
                    throw new InvalidOperationException("not an instruction of these programs");
            }
        }
    }

    /// <summary>The system's own header says the numbers.</summary>
    private static Dictionary<string, uint> NumbersIn(string header)
    {
        var run = Command.Run("cc", ["-E", "-dM", "-include", header, "-x", "c", "/dev/null"]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.OutputText.Split('\n').Select(static line => line.Split(' ')).Where(static words => words is ["#define", ['_', '_', 'N', 'R', '_', ..], _] && uint.TryParse(words[2], out _))
            .ToDictionary(static words => words[1][5..], static words => uint.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
