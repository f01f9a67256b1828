using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks;

/// <summary>
/// <see cref="SandboxedExec"/> under the name by which MSBuild looks for its own Exec. With SandboxOverrideExec the SDK declares it in
/// place of that one (UsingTask with Override), so that every <c>&lt;Exec&gt;</c> of the build is sandboxed, those in the targets of
/// packages and in PreBuildEvent and PostBuildEvent too, with no edit to them.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class Exec : SandboxedExec;
