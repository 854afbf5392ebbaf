"""Simplified Chinese of Prepare a Photo."""

WORDS = {
    "Prepare a Photo": "准备照片",
    "Drag corners, sides or the inside": "拖拽角点、边或内部",
    "Drag corners, sides or the inside    |    Enter: Apply    |    Esc: Cancel": (
        "拖拽角点、边或内部    |    Enter：应用    |    Esc：取消"
    ),
    "Straightened": "已拉直",
    "Cropped": "已裁切",
    "Light evened out by {share:.0f} %": "光照已均匀化 {share:.0f} %",
    "Prepared: {steps}": "已准备：{steps}",
    "Straighten the perspective: put four points on the corners of something that is a rectangle in reality": (
        "拉直透视：将四个点放在现实中为长方形的物体的四角"
    ),
    "Top Left": "左上",
    "Top Right": "右上",
    "Bottom Right": "右下",
    "Bottom Left": "左下",
    "In pixels from the top left": "距左上角的像素数",
    "Take a part of the image, so that only the texture itself is learned": "截取图像的一部分，只学习纹理本身",
    "In pixels from the left": "距左边的像素数",
    "In pixels from the top": "距上边的像素数",
    "Take away shadows and light that change slowly over the image": "去除图像上缓慢变化的阴影和光照",
    "The part of the uneven light that is taken away": "去除不均匀光照的比例",
    "Make the image anew as the frame lies (Enter)": "按边框位置重新生成图像 (Enter)",
    "Leave the image as it is (Esc)": "保持图像不变 (Esc)",
    "A frame is being dragged: press Enter or Esc first": "正在拖拽边框：请先按 Enter 或 Esc",
    "No image is open: open one in the Image Editor": "没有打开的图像：请在图像编辑器中打开",
}
OPERATORS = {
    "Straighten": "拉直",
    "Straighten Photo": "拉直照片",
    "Crop": "裁切",
    "Crop Photo": "裁切照片",
    "Even Light": "均匀光照",
    "Even Out Light of Photo": "均匀照片的光照",
    "Apply": "应用",
    "Cancel": "取消",
}
