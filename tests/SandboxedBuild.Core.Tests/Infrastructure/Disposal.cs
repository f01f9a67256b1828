namespace SandboxedBuild.Core.Tests;

/// <summary>Something that has to be done at the end of a block.</summary>
internal sealed class Disposal(Action action) : IDisposable
{
    public void Dispose() => action();
}
