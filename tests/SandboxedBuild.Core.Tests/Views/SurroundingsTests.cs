using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a process sees that it runs in.</summary>
internal sealed class SurroundingsTests
{
    [TestCase("", null, null)]
    [TestCase("mkdir -p proc/1; echo systemd > proc/1/comm", null, null)]
    [TestCase("mkdir -p proc/1; echo bwrap > proc/1/comm", "a bubblewrap sandbox", "-p:SandboxEnabled=false")]
    [TestCase("mkdir -p proc/1; echo bwrap > proc/1/comm; touch .flatpak-info", "Flatpak", "flatpak-spawn --host dotnet build")]
    [TestCase("touch .dockerenv", "a Docker container", "docker run --security-opt")]
    [TestCase("mkdir run; touch run/.containerenv", "a Podman container", "podman run --security-opt")]
    [TestCase("mkdir -p proc/self; printf 'A=1\\0container=lxc\\0B=2\\0' > proc/self/environ", "a container (lxc)", "--security-opt")]
    [TestCase("mkdir -p proc/self; printf 'container=\\0' > proc/self/environ", null, null)]
    public void Marks_tell(string marks, string? name, string? fix)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, marks);
        var found = Surroundings.Of(tree.Root);
        Assert.That(found?.Name, Is.EqualTo(name));
        Assert.That(found?.Fix, fix is null ? Is.Null : Does.Contain(fix));
    }
}
