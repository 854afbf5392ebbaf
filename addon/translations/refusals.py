"""Simplified Chinese of what the add-on refuses, by templates; the phrases stand in the place of {told_...} alone."""

SENTENCES = {
    # objects, materials, images
    "the object that the texture was made for is gone: select another and generate again": (
        "要接收该纹理的物体已不存在：请选择另一物体并重新生成"
    ),
    "the material that the texture was made for is gone: nothing was changed": (
        "要接收该纹理的材质已不存在：未做任何更改"
    ),
    "the material shows no texture of Tilewright's: generate one first": "该材质没有 Tilewright 纹理：请先生成",
    "the active material has no texture of Tilewright's: generate one first": (
        "活动材质没有 Tilewright 纹理：请先生成"
    ),
    "{name} has no UV map to measure: unwrap it, or set Repeat instead": (
        "{name} 没有可测量的 UV 贴图：请展开，或改为设置重复次数"
    ),
    "no image is open: open one in the Image Editor": "没有打开的图像：请在图像编辑器中打开",
    "there is no image {name}: open one in the Image Editor": "没有图像 {name}：请在图像编辑器中打开",
    "there is no image {name} to be the mask: choose another, or none": (
        "没有可用作遮罩的图像 {name}：请选择其他图像，或不选"
    ),
    "{name} is linked from another file: make it local first": "{name} 关联自其他文件：请先转为本地项",
    "{name} is a UDIM image of several tiles: {told_first}open the file of one to work on it": (
        "{name} 是由多个分块组成的 UDIM 图像：{told_first}请打开其中一个分块的文件进行处理"
    ),
    "{name} is a {told_source}: open one frame of it as a single image": (
        "{name} 是{told_source}：请将其中一帧作为单张图像打开"
    ),
    "{name} has no pixels that can be read: save it as a file and open that": (
        "{name} 没有可读取的像素：请将其保存为文件并打开该文件"
    ),
    "the image {name} is gone: nothing was changed": "图像 {name} 已不存在：未做任何更改",
    "the image {name}, a map beside it or an original is gone: nothing was changed": (
        "图像 {name}、同在的贴图或原图已不存在：未做任何更改"
    ),
    "an image was removed while it was being read: nothing was changed": "读取过程中有图像被移除：未做任何更改",
    "the frame is drawn over a picture: run this in the Image Editor": "边框绘制在图像之上：请在图像编辑器中运行",
    "{width} x {height} px would put about {megabytes} MB a map into the .blend: save the file and choose Next to the"
    " File in the preferences, or take up to 8192 x 8192 px": (
        "{width} x {height} 像素会使 .blend 中每张贴图占用约 {megabytes} MB："
        "请保存文件并在偏好设置中选择“文件旁”，或不超过 8192 x 8192 像素"
    ),
    # models and recipes
    "no model is chosen: pick one, or choose a model file": "未选择模型：请选取一个，或选择模型文件",
    "the chosen model is no longer there: pick another": "所选模型已不存在：请另选一个",
    "the Model Folder {folder} is not there: choose another in the preferences": (
        "模型文件夹 {folder} 不存在：请在偏好设置中另选"
    ),
    "there is no model {name} here: put its file into the model folder of the preferences": (
        "此处没有模型 {name}：请将其文件放入偏好设置中的模型文件夹"
    ),
    "the history has {count} textures: number {index} is not among them": (
        "历史中有 {count} 张纹理：其中没有编号 {index}"
    ),
    "the preset has no name: type one": "预设没有名称：请输入",
    "there is no preset {name}; there are {names}": "没有预设 {name}；现有预设：{names}",
    "this was made from a picture, not from a seed: it can't be made again at another size": (
        "此图像由图片而非随机种生成：无法以另一尺寸重新生成"
    ),
    "this is a set of UDIM tiles: make it again with Generate UDIM Tiles": (
        "这是一组 UDIM 分块：请用“生成 UDIM 分块”重新生成"
    ),
    "this image does not say how Tilewright made it: generate a texture instead": (
        "该图像没有 Tilewright 生成方式的记录：请改为生成纹理"
    ),
    "what is noted of how this was made is garbled: generate a texture instead": (
        "该图像的生成方式记录已损坏：请改为生成纹理"
    ),
    "this texture is a loop: set its size in the panel and press Generate Loop": (
        "该纹理是循环：请在面板中设置尺寸并按“生成循环”"
    ),
    "several textures take turns here: set the size in the panel and press Break Repetition": (
        "此处有多张纹理交替出现：请在面板中设置尺寸并按“打破重复”"
    ),
    # files
    "save the .blend file first: the frames of a loop are files that lie beside it": (
        "请先保存 .blend 文件：循环的各帧是保存在它旁边的文件"
    ),
    "save the .blend file first: the catalog of its assets is a file that lies beside it": (
        "请先保存 .blend 文件：其资产目录是保存在它旁边的文件"
    ),
    "save the .blend file first, or choose another folder: this one lies beside the file": (
        "请先保存 .blend 文件，或选择其他文件夹：该文件夹位于此文件旁"
    ),
    "no temporary folder can be made ({reason}): let TMPDIR name another place": (
        "无法创建临时文件夹 ({reason})：请用 TMPDIR 指定其他位置"
    ),
    "{file} can't be written whole: is the disk full?": "{file} 无法完整写入：磁盘是否已满？",
    "{file} can't be read ({reason}): make it again": "{file} 无法读取 ({reason})：请重新生成",
    "{file} can't be read: mend or delete it": "{file} 无法读取：请修复或删除",
    # assets and export
    "the asset library that was chosen is no longer in Blender's preferences: choose another": (
        "所选资产库已不在 Blender 的偏好设置中：请另选"
    ),
    "the asset library {name} is not there: mount its drive, or choose another": (
        "资产库 {name} 不存在：请挂载其所在磁盘，或另选"
    ),
    "{file} is there already: rename the material, or choose to replace it": (
        "{file} 已存在：请重命名材质，或选择替换"
    ),
    "{file} holds a scene, and not an asset alone: rename the material, so that it stays": (
        "{file} 不仅包含资产，还包含场景：请重命名材质以保留它"
    ),
    "{file} holds other assets too ({names}): rename the material, so that they stay": (
        "{file} 还包含其他资产 ({names})：请重命名材质以保留它们"
    ),
    "{file} can't be read ({reason}): rename the material": "{file} 无法读取 ({reason})：请重命名材质",
    "{name} was painted on: save or pack it first (Image menu of the Image Editor)": (
        "{name} 已被绘制：请先保存或打包（图像编辑器的“图像”菜单）"
    ),
    "{name} is a {told_source} of files, which no library can hold: show a single one": (
        "{name} 是由文件组成的{told_source}，无法存入资产库：请只显示单张图像"
    ),
    "the images can't be packed ({reason}): reload or generate them": "图像无法打包 ({reason})：请重新加载或重新生成",
    "{file} has another version than 1: save its catalogues with this Blender first": (
        "{file} 的版本不是 1：请先用此 Blender 保存其中的目录"
    ),
    "{file} can't be read ({reason}): repair it, or choose another library": (
        "{file} 无法读取 ({reason})：请修复，或选择其他资产库"
    ),
    "no folder is chosen: set Folder, where the maps are exported to": "未选择文件夹：请设置贴图导出到的“文件夹”",
    "{name} and {other} would be files of one name: rename one of the two": (
        "{name} 与 {other} 的文件会同名：请重命名其中之一"
    ),
    "{name} is a set of UDIM tiles, whose files can be used as they are: {told_how}": (
        "{name} 是一组 UDIM 分块，其文件可直接使用：{told_how}"
    ),
    "{name} is {width} x {height} px; up to {largest} can be packed: generate a smaller texture, or use its files as"
    " they are": "{name} 为 {width} x {height} 像素；最多可打包 {largest} 像素：请生成较小的纹理，或直接使用其文件",
    # learning
    "there is no image {path}: choose a PNG, JPEG, TIFF, WebP or OpenEXR": (
        "没有图像 {path}：请选择 PNG、JPEG、TIFF、WebP 或 OpenEXR"
    ),
    "there is no fit in {folder}": "{folder} 中没有学习记录",
    "there is no fit in {folder}: learn the image anew": "{folder} 中没有学习记录：请重新学习该图像",
    "{folder} can't be written ({reason}): choose another Model Folder in the preferences": (
        "{folder} 无法写入 ({reason})：请在偏好设置中另选模型文件夹"
    ),
    "{folder} can't be written ({reason}): the fit goes on": "{folder} 无法写入 ({reason})：学习仍在继续",
    "{folder} can't be removed ({reason})": "{folder} 无法移除 ({reason})",
    "{name} is being learned already": "{name} 已在学习中",
    "{name} is being learned: stop it first": "正在学习 {name}：请先停止",
    "{name} is being learned: wait, or stop it first": "正在学习 {name}：请等待，或先停止",
    "{name} can't be ended ({reason}): wait for it to stop by itself": "{name} 无法结束 ({reason})：请等待其自行停止",
    "{told}; Check in Tilewright's preferences tells how to get it": (
        "{told}；Tilewright 偏好设置中的“检查”会说明如何获取"
    ),
    "{program} can't be started ({reason}): choose another Python": "{program} 无法启动 ({reason})：请选择其他 Python",
    "{program} is no Python that answers: choose another in the preferences": (
        "{program} 不是有响应的 Python：请在偏好设置中另选"
    ),
    "{folder} holds no trainer: choose the folder of Tilewright's source as Trainer Folder": (
        "{folder} 中没有训练器：请将“训练器文件夹”设为 Tilewright 源代码所在的文件夹"
    ),
    # what a Python lacks for learning
    "no Python was found outside Blender: install Python 3.11 or later, or choose one in the preferences": (
        "在 Blender 之外未找到 Python：请安装 Python 3.11 或更高版本，或在偏好设置中选择"
    ),
    "{program} is Python {version}: 3.11 or later is needed": "{program} 为 Python {version}：需要 3.11 或更高版本",
    "{program} has no trainer: choose the folder of Tilewright's source as Trainer Folder": (
        "{program} 没有训练器：请将“训练器文件夹”设为 Tilewright 源代码所在的文件夹"
    ),
    "{program} lacks {packages}": "{program} 缺少 {packages}",
    "the learning was interrupted": "学习已中断",
    # what is being made
    "cancelled: nothing was changed": "已取消：未做任何更改",
    "cancelled: nothing was written": "已取消：未写入任何文件",
}
PHRASES = {
    "movie": "影片",
    "sequence": "图像序列",
    "unpack it (File > External Data), and ": "先将其解包（文件 > 外部数据），再",
    "unpack them (File > External Data)": "请将其解包（文件 > 外部数据）",
    "they are {files}": "它们是 {files}",
}
