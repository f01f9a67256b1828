using System.Diagnostics;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Waiting for processes, and reading what bwrap says of them.</summary>
internal sealed class ProcessEndTests
{
    [Test]
    public void A_running_process_is_waited_for_in_vain_and_an_ended_one_not_at_all()
    {
        using var process = Process.Start("sleep", "100");
        Assert.That(ProcessEnd.WaitFor(process.Id, TimeSpan.FromMilliseconds(50)), Is.False);
        process.Kill();
        process.WaitForExit();
        Assert.That(ProcessEnd.WaitFor(process.Id, TimeSpan.FromSeconds(10)));
    }

    [TestCase("", null, null)]
    [TestCase("{ \"child-pid\": 12 }\n", null, 12)]
    [TestCase("{ \"child-pid\": 12 }\n{ \"exit-code\": 0 }\n", 0, 12)]
    [TestCase("{ \"child-pid\": 12, \"mnt-namespace\": 4026531840 }\n{ \"exit-code\": 137 }\n", 137, 12)]
    [TestCase("{ \"child-pid\": 12 }\n{ \"exit-co", null, 12)]
    [TestCase("{ \"child-pid\": 12 }\n{ \"exit-code\": ", null, 12)]
    [TestCase("nonsense", null, null)]
    public void The_status_is_read_as_far_as_it_goes(string text, int? exitCode, int? firstProcess)
    {
        var status = StepStatus.Of(System.Text.Encoding.UTF8.GetBytes(text), string.Empty);
        Assert.That((status.ExitCode, status.FirstProcess), Is.EqualTo((exitCode, firstProcess)));
    }
}
